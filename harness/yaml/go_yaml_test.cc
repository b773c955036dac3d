#include "harness/yaml/go_yaml.h"

#include <gtest/gtest.h>

namespace pushpull::yaml {
namespace {

TEST(GoYaml, NestsAsGoDoes) {
  GoYaml out;
  out.begin_list("rules");
  out.item();
  out.flow_list("labels", {"a", "b,c", "5"});
  out.string("regex", "x");
  out.item();
  out.string("regex", "y");
  out.begin("more");
  out.plain("n", "1");
  out.end();
  out.end_list();
  out.begin("empty");
  out.end();
  out.string_map("headers", {{"X-B", "1"}, {"X-A10", "2"}, {"X-A9", "3"}});
  EXPECT_EQ(out.text(),
            "rules:\n"
            "- labels: [a, 'b,c', \"5\"]\n"
            "  regex: x\n"
            "- regex: \"y\"\n"
            "  more:\n"
            "    \"n\": 1\n"
            "empty: {}\n"
            "headers:\n"
            "  X-A9: \"3\"\n"
            "  X-A10: \"2\"\n"
            "  X-B: \"1\"\n");
}

TEST(GoYaml, SortsKeysAsGoDoes) {
  EXPECT_TRUE(go_key_less("a2", "a10"));
  EXPECT_TRUE(go_key_less("a", "ab"));
  EXPECT_TRUE(go_key_less("X-", "Xa"));
  EXPECT_FALSE(go_key_less("b", "a"));
  EXPECT_TRUE(go_key_less("A", "a"));
}

}  // namespace
}  // namespace pushpull::yaml
