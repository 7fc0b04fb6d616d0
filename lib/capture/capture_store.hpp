#pragma once

#include <cstdint>
#include <string>

#include "capture/capture_names.hpp"

namespace pulse {

/// Makes the folder of a capture where it isn't there. Throws Error(kConfig) when it can't be written to.
void make_capture_folder(const std::string& directory);

/// Ends the files that killed writers left behind, and tells. What can't be recovered is told and left.
void recover_captures(const std::string& directory);

/// Removes the closed files that `keep` leaves no room for, and tells. Gives their number. Files in use are
/// never touched; one that can't be removed is told.
std::uint64_t remove_old_captures(const std::string& directory, const CaptureKeep& keep);

}  // namespace pulse
