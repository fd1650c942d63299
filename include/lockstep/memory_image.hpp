// SPDX-License-Identifier: BSL-1.0
// MemoryImage: what a Session is besides, if its database is in memory and can be copied as a
// whole, at the speed of memory.
#pragma once

namespace lockstep {

class MemoryImage {
 public:
  // Makes the database of `to`, which is of the same engine, in memory and not in use, equal to
  // this one, whatever it held. Throws NativeError.
  virtual void copy_image(MemoryImage& to) = 0;

 protected:
  MemoryImage() = default;
  MemoryImage(const MemoryImage&) = default;
  MemoryImage& operator=(const MemoryImage&) = default;
  ~MemoryImage() = default;
};

}  // namespace lockstep
