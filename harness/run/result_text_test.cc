#include "harness/run/result_text.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

TEST(ResultText, KeepsRowsOfValuesOnOneLine) {
  const Json document = Json::parse(R"({
    "name": "a \"b\"", "empty": {}, "none": [], "nothing": null,
    "exit": {"code": 0, "late": 1.5},
    "runs": [{"buckets": [[0.1, 0.2, 3], [0.2, 0.3, 4]], "valid": true}],
    "metrics": [{"name": "x", "value": 1}, {"name": "y", "value": 2}]})");
  const std::string text = result_text(document);
  EXPECT_EQ(text, R"({
 "name": "a \"b\"",
 "empty": {},
 "none": [],
 "nothing": null,
 "exit": {"code":0,"late":1.5},
 "runs": [
  {
   "buckets": [[0.1,0.2,3],[0.2,0.3,4]],
   "valid": true
  }
 ],
 "metrics": [
  {"name":"x","value":1},
  {"name":"y","value":2}
 ]
}
)");
  EXPECT_EQ(Json::parse(text), document);
}

TEST(ResultText, OfAValueIsTheValue) { EXPECT_EQ(result_text(Json(nullptr)), "null\n"); }

}  // namespace
}  // namespace pushpull
