// Recognises one handwritten digit from C++: the header as it is, the weights
// loaded from a file, so that they can be replaced without the program.
#include "digits.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <memory>

namespace {

/// A network with the memory it works in.
class Digits {
public:
  explicit Digits(const char *weightsFile) {
    std::ifstream file(weightsFile, std::ios::binary);
    file.read(reinterpret_cast<char *>(memory->weights), DIGITS_WEIGHTS_BYTES);
    digits_config config{};
    config.version = DIGITS_CONFIG_VERSION;
    config.arena = memory->arena;
    config.arena_bytes = DIGITS_ARENA_BYTES;
    config.weights = memory->weights;
    config.weights_bytes = static_cast<std::size_t>(file.gcount());
    status = digits_init(&context, &config);
  }

  int recognise(const std::array<float, 64> &image) {
    std::array<float, 10> scores{};
    if (status == DIGITS_OK)
      status = digits_run(&context, image.data(), scores.data());
    return static_cast<int>(std::max_element(scores.begin(), scores.end()) -
                            scores.begin());
  }

  const char *error() const {
    return status == DIGITS_OK ? nullptr : digits_status_string(status);
  }

private:
  struct Memory {
    alignas(DIGITS_ARENA_ALIGNMENT) unsigned char arena[DIGITS_ARENA_BYTES];
    alignas(DIGITS_ARENA_ALIGNMENT) unsigned char weights[DIGITS_WEIGHTS_BYTES];
  };
  std::unique_ptr<Memory> memory = std::make_unique<Memory>();
  digits_context context{};
  int status = DIGITS_OK;
};

constexpr std::array<float, 64> image = {
    0, 0,  9,  15, 5,  0,  0, 0, //
    0, 3,  15, 15, 16, 4,  0, 0, //
    0, 10, 14, 0,  9,  14, 0, 0, //
    0, 8,  12, 0,  0,  12, 5, 0, //
    0, 8,  8,  0,  0,  10, 8, 0, //
    0, 5,  14, 0,  0,  12, 8, 0, //
    0, 0,  16, 7,  12, 16, 4, 0, //
    0, 0,  9,  16, 15, 7,  0, 0,
};

} // namespace

int main() {
  Digits digits(WEIGHTS_FILE);
  int answer = digits.recognise(image);
  if (digits.error()) {
    std::cerr << "digits: " << digits.error() << '\n';
    return 1;
  }
  std::cout << "it is a " << answer << '\n';
  return 0;
}
