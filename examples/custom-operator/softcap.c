/* The operator com.example::Softcap: y = 3 x / (3 + |x|), between -3 and 3. The
   prototype is the one in capped.h. */
#include "capped.h"

void example_softcap(const float input_0[2 * 4], float output_0[2 * 4]) {
  for (int i = 0; i < 2 * 4; ++i) {
    float x = input_0[i];
    output_0[i] = 3.0f * x / (3.0f + (x < 0.0f ? -x : x));
  }
}
