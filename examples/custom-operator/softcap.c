/* The operator com.example::Softcap: y = cap x / (cap + |x|), between -cap and
   cap, an attribute of the model's node. The prototype is the one in capped.h. */
#include "capped.h"

void example_softcap(const float input_0[2 * 4], float output_0[2 * 4],
                     float attribute_cap) {
  for (int i = 0; i < 2 * 4; ++i) {
    float x = input_0[i];
    output_0[i] = attribute_cap * x / (attribute_cap + (x < 0.0f ? -x : x));
  }
}
