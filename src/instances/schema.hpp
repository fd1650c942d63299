// SPDX-License-Identifier: BSL-1.0
// The constraints of the instances' tables, for their statements and for errors.
#pragma once

#include <array>

#include "lockstep/sql.hpp"

namespace lockstep::instances::detail {

inline constexpr std::array<Constraint, 9> schema{{
    {"pk_instances", "instances", "id"},
    {"idx_instances_name", "instances", "name"},
    {"ck_instances_backend_type", "instances", "backend_type"},
    {"ck_instances_status", "instances", "status"},
    {"pk_api_keys", "api_keys", "id"},
    {"ck_api_keys_permission_mode", "api_keys", "permission_mode"},
    {"pk_key_permissions", "key_permissions", "key_id, instance_id"},
    {"fk_key_permissions_key_id", "key_permissions", "key_id"},
    {"fk_key_permissions_instance_id", "key_permissions", "instance_id"},
}};

// A statement of this module: its errors name constraints and columns of the schema.
consteval Sql statement(std::string_view name, std::string_view text, SqlOverrides overrides = {},
                        std::string_view reads_all = {}) {
  return Sql(name, text, overrides, schema, reads_all);
}

// The statements of each source, which instances.cpp lists.
[[nodiscard]] std::span<const Sql* const> instance_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> api_key_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> import_statements() noexcept;

}  // namespace lockstep::instances::detail
