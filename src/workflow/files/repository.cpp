// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/files/repository.hpp"

#include <algorithm>
#include <cerrno>

#include "graph.hpp"
#include "repository_impl.hpp"

namespace lockstep::workflow {
namespace {

using detail::file_of;
using detail::Folder;

constexpr std::chrono::hours longest_wait{24};

void require_valid(const WorkflowDefinition& definition) {
  std::string what;
  for (const Problem& problem : validate(definition)) {
    what += what.empty() ? "" : "; ";
    what += problem.path + ": " + problem.message;
  }
  if (!what.empty()) raise(ErrorKind::invalid_argument, what);
}

FileOptions checked(FileOptions options) {
  if (options.folder.empty()) raise(ErrorKind::invalid_argument, "folder: empty");
  options.folder = std::filesystem::absolute(options.folder);
  options.lock_timeout = std::min<std::chrono::milliseconds>(options.lock_timeout, longest_wait);
  return options;
}

// With the times of a document that is saved now.
WorkflowDefinition stamped(WorkflowDefinition definition, const FileOptions& options) {
  const auto now =
      options.clock
          ? options.clock()
          : std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  if (!definition.metadata.created) definition.metadata.created = now;
  definition.metadata.last_modified = now;
  return definition;
}

// Sets the default of the variable of that name.
void set_default(WorkflowDefinition& definition, const std::string& name, const Datum& value) {
  const auto is_it = [&](const VariableDefinition& variable) { return variable.name == name; };
  const auto it = std::find_if(definition.variables.begin(), definition.variables.end(), is_it);
  if (it == definition.variables.end()) {
    raise(ErrorKind::invalid_argument, "defaults: the template has no such variable");
  }
  if (!detail::is_of_type(value, it->type)) {
    raise(ErrorKind::invalid_argument, "defaults." + it->name + ": not of the variable's type");
  }
  it->default_value = value;
  it->required = false;
}

}  // namespace

FileRepository::Impl::Impl(FileOptions given)
    : options(checked(std::move(given))),
      base(Folder::make(options.folder)),
      workflows(base, workflows_name, options),
      templates(base, "templates", options),
      history(base, options) {}

// Writes under the lock; `keep` is called with what is replaced, before it is.
template <class F>
WorkflowDefinition FileRepository::Impl::write(const detail::Shelf& shelf,
                                               const WorkflowDefinition& definition, bool overwrite,
                                               F&& keep) {
  detail::require_id("id", definition.id);
  const std::string text = detail::write_document(stamped(definition, options), options.limits);
  const std::string file = file_of(definition.id);
  const Folder folder = shelf.open();
  const detail::Descriptor lock = folder.lock(options.lock_timeout);
  folder.sweep();
  const auto mode = folder.find_file(file);
  if (mode && !overwrite) raise(ErrorKind::already_exists, file + ": there is one already");
  if (mode) keep(folder, *mode);
  folder.write(file, text, mode);
  return detail::read_document(text, file, options.limits);
}

FileRepository::FileRepository(FileOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
FileRepository::FileRepository(FileRepository&&) noexcept = default;
FileRepository& FileRepository::operator=(FileRepository&&) noexcept = default;
FileRepository::~FileRepository() = default;

WorkflowDefinition FileRepository::save(const WorkflowDefinition& definition, SaveOptions options) {
  detail::require_id("id", definition.id);
  if (options.validate) require_valid(definition);
  const auto keep = [&](const Folder& folder, mode_t mode) {
    if (!impl_->history.is_kept()) return;
    const std::string old = folder.read(file_of(definition.id), impl_->options.limits.bytes);
    impl_->history.add(definition.id, old, mode);
  };
  return impl_->write(impl_->workflows, definition, options.overwrite, keep);
}

WorkflowDefinition FileRepository::load(std::string_view id) const {
  return impl_->workflows.load(id);
}

std::optional<WorkflowDefinition> FileRepository::find(std::string_view id) const {
  try {
    return load(id);
  } catch (const NotFound&) {
    return std::nullopt;
  }
}

bool FileRepository::exists(std::string_view id) const { return impl_->workflows.exists(id); }

FileListing FileRepository::list() const { return impl_->workflows.list(); }

std::optional<WorkflowDefinition> FileRepository::find_by_name(std::string_view name) const {
  for (WorkflowDefinition& each : list().workflows) {
    if (each.name == name) return std::move(each);
  }
  return std::nullopt;
}

WorkflowDefinition FileRepository::load_by_name(std::string_view name) const {
  auto found = find_by_name(name);
  if (!found) raise(ErrorKind::not_found, "no workflow of that name");
  return std::move(*found);
}

void FileRepository::remove(std::string_view id) {
  detail::require_id("id", id);
  const std::string file = file_of(id);
  const Folder folder = impl_->workflows.open();
  const detail::Descriptor lock = folder.lock(impl_->options.lock_timeout);
  if (!folder.find_file(file)) detail::fail(file, ENOENT);
  if (impl_->history.is_kept()) {
    impl_->history.take(id, folder, file);
  } else {
    folder.remove(file);
  }
}

std::vector<std::uint64_t> FileRepository::list_versions(std::string_view id) const {
  detail::require_id("id", id);
  return impl_->history.list(id);
}

WorkflowDefinition FileRepository::load_version(std::string_view id, std::uint64_t number) const {
  detail::require_id("id", id);
  return impl_->history.load(id, number);
}

WorkflowDefinition FileRepository::restore(std::string_view id, std::uint64_t number) {
  return save(load_version(id, number), {.validate = false});
}

WorkflowDefinition FileRepository::save_template(const WorkflowDefinition& definition) {
  return impl_->write(impl_->templates, definition, true, [](const Folder&, mode_t) {});
}

WorkflowDefinition FileRepository::load_template(std::string_view id) const {
  return impl_->templates.load(id);
}

FileListing FileRepository::list_templates() const { return impl_->templates.list(); }

void FileRepository::remove_template(std::string_view id) {
  detail::require_id("id", id);
  const Folder folder = impl_->templates.open();
  const detail::Descriptor lock = folder.lock(impl_->options.lock_timeout);
  if (!folder.find_file(file_of(id))) detail::fail(file_of(id), ENOENT);
  folder.remove(file_of(id));
}

WorkflowDefinition FileRepository::instantiate(std::string_view template_id,
                                               const Instantiation& changes) const {
  detail::require_id("id", changes.id);
  WorkflowDefinition made = load_template(template_id);
  made.id = changes.id;
  made.name = changes.name;
  made.version = changes.version;
  made.metadata.created.reset();
  made.metadata.last_modified.reset();
  for (const auto& [name, value] : changes.defaults) set_default(made, name, value);
  return made;
}

}  // namespace lockstep::workflow
