#include "market/flow_cell.hpp"

#include <fmt/format.h>

namespace pulse {

std::string slot_name(int index) {
    const int minutes = 9 * 60 + 30 + kSlotMinutes * index;
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

}  // namespace pulse
