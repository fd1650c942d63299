// SPDX-License-Identifier: BSL-1.0

package main

import (
	"strconv"
	"strings"
)

// The statements of benchmarks/support/jobs.hpp.

const columns = "id, name, schedule, pod_spec, constraint_id, created_at, updated_at"

type texts struct {
	get, list, insert, update, upsert string
}

// Placeholders as the driver has them.
func textsOf(driver string) texts {
	values := "INSERT INTO jobs (" + columns + ") VALUES (?, ?, ?, ?, ?, ?, ?)"
	out := texts{
		get:    "SELECT " + columns + " FROM jobs WHERE id = ?",
		list:   "SELECT " + columns + " FROM jobs",
		insert: values,
		update: "UPDATE jobs SET name = ?, schedule = ?, pod_spec = ?, constraint_id = ?, " +
			"updated_at = ? WHERE id = ?",
		upsert: values + " ON CONFLICT (id) DO UPDATE SET name = excluded.name, " +
			"schedule = excluded.schedule, pod_spec = excluded.pod_spec, " +
			"constraint_id = excluded.constraint_id, updated_at = excluded.updated_at",
	}
	if driver == "mysql" {
		out.upsert = values + " ON DUPLICATE KEY UPDATE name = VALUES(name), " +
			"schedule = VALUES(schedule), pod_spec = VALUES(pod_spec), " +
			"constraint_id = VALUES(constraint_id), updated_at = VALUES(updated_at)"
	}
	if driver == "postgres" {
		for _, text := range []*string{&out.get, &out.list, &out.insert, &out.update, &out.upsert} {
			*text = numbered(*text)
		}
	}
	return out
}

func numbered(text string) string {
	parts := strings.Split(text, "?")
	for i := range parts[1:] {
		parts[i] += "$" + strconv.Itoa(i+1)
	}
	return strings.Join(parts, "")
}
