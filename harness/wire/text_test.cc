#include "harness/wire/text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <tuple>

#include "harness/base/random.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

// "series=value[@timestamp];" for each sample, or the error.
std::string parsed(std::string body, const TextPredictor* predictor = nullptr) {
  const Result<ParsedText> text = parse_text(std::move(body), predictor);
  if (!text.ok()) return text.error().message;
  std::string out;
  for (const TextSample& sample : text->samples) {
    out += text->text.substr(sample.begin, sample.size) + "=";
    append_value(out, sample.value);
    if (sample.timestamp_ms != kNoTimestamp) out += "@" + std::to_string(sample.timestamp_ms);
    out += ";";
  }
  return out;
}

bool accepts(std::string body) { return parse_text(std::move(body), nullptr).ok(); }

TEST(AppendSeries, NameBracesEscapes) {
  std::string out;
  append_series(out, Labels({{"__name__", "up"}, {"job", "a"}, {"z", "q\"b\\n\n"}}));
  EXPECT_EQ(out, R"(up{job="a",z="q\"b\\n\n"})");
  out.clear();
  append_series(out, Labels({{"__name__", "up"}}));
  EXPECT_EQ(out, "up{}");
}

TEST(AppendSample, WithAndWithoutTimestamp) {
  std::string out;
  append_sample(out, "up{}", 1, kNoTimestamp);
  append_sample(out, "up{}", 123456789, 1'700'000'000'123);
  append_sample(out, "up{}", -2.2250738585072014e-308, kNoTimestamp + 1);  // the longest of both
  EXPECT_EQ(out,
            "up{} 1\n"
            "up{} 1.23456789e+08 1700000000123\n"
            "up{} -2.2250738585072014e-308 -9223372036854775807\n");
}

TEST(ParseText, LinesThatCarryNoSample) {
  EXPECT_EQ(parsed(""), "") << "zero-length body";
  EXPECT_EQ(parsed("up 1"), "up=1;") << "no final newline";
  EXPECT_EQ(parsed("\n \t \nup 1\n\n"), "up=1;") << "blank lines";
  EXPECT_EQ(parsed("# EOF\nup 1\n#\n#x\n #y\n# HELP\n# TYPE\n# HELPED 1\n"), "up=1;") << "comments";
  EXPECT_EQ(parsed("#HELP 1\n#TYPE up nothing\n"), "") << "not keywords when they touch the #";
}

TEST(ParseText, Blanks) {
  EXPECT_EQ(parsed("up \t 1\t 5 \t\n"), "up=1@5;");
  EXPECT_EQ(parsed("up 1  \n"), "up=1;");
  EXPECT_EQ(parsed("\n up 1\n"), "line 2: blank before the metric name at \"up 1\"");
  EXPECT_EQ(parsed("up 1\r\n"), "line 1: not a number at \"1?\"");
}

TEST(ParseText, Braces) {
  EXPECT_EQ(parsed("up{} 1"), "up{}=1;");
  EXPECT_EQ(parsed(R"(up{a="b",} 1)"), R"(up{a="b",}=1;)");
  EXPECT_EQ(parsed(R"(up {a="b"} 1)"), R"(up {a="b"}=1;)");
  EXPECT_EQ(parsed(R"(up{ a = "b" , c="d" } 1)"), R"(up{ a = "b" , c="d" }=1;)");
  EXPECT_EQ(parsed(R"(up{a="b"}1)"), R"(up{a="b"}=1;)");
  EXPECT_EQ(parsed(R"(up{a="b" c="d"} 1)"), R"(up{a="b" c="d"}=1;)");
  EXPECT_EQ(parsed(R"(up{a=""} 1)"), R"(up{a=""}=1;)");
}

TEST(ParseText, RepeatedLabels) {
  EXPECT_FALSE(accepts(R"(up{a="1",a="2"} 1)"));
  EXPECT_FALSE(accepts(R"(up{__name__="bar"} 1)"));
  EXPECT_FALSE(accepts(R"({__name__="up"} 1)"));
}

TEST(ParseText, LabelValuesHoldAnyUtf8) {
  EXPECT_EQ(parsed("up{a=\"x\ny\"} 1\nbad"), "line 3: expected a value behind the series at \"\"")
      << "a raw newline is legal and counts as a line";
  EXPECT_TRUE(accepts("up{a=\"\0\"} 1"s));
  EXPECT_TRUE(accepts("up{a=\"\xc3\xa9\"} 1"));
  EXPECT_FALSE(accepts("up{a=\"\xe9\"} 1"));
}

TEST(ParseText, Values) {
  EXPECT_EQ(parsed("a 1\nb +5\nc -0\nd .5\ne 5.\nf 1e5\n"), "a=1;b=5;c=0;d=0.5;e=5;f=100000;");
  EXPECT_EQ(parsed("a inf\nb +Infinity\nc -Inf\nd nAn\n"), "a=+Inf;b=+Inf;c=-Inf;d=NaN;");
  for (const char* value : {"0x10", "1_0", "1p1", "1e400", "true", "+nan"}) {
    EXPECT_EQ(parsed("up "s + value), "line 1: not a number at \""s + value + "\"");
  }
}

TEST(ParseText, NanIsAlwaysTheNormalOne) {
  std::string body;
  append_sample(body, "up{}", stale_nan(), kNoTimestamp);
  const Result<ParsedText> text = parse_text(body, nullptr);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(std::bit_cast<uint64_t>(text->samples[0].value), kNormalNanBits);
}

TEST(ParseText, Timestamps) {
  EXPECT_EQ(parsed("up 1 0\n"), "up=1@0;");
  EXPECT_EQ(parsed("up 1 9223372036854775807\n"), "up=1@9223372036854775807;");
  for (const char* timestamp : {"-5", "1.5", "9223372036854775808", "5 6", "5x", "# {a=\"b\"} 1"}) {
    EXPECT_FALSE(accepts("up 1 "s + timestamp)) << timestamp;
  }
}

TEST(ParseText, Types) {
  for (const char* type : {"counter", "gauge", "histogram", "summary", "untyped"}) {
    EXPECT_EQ(parsed("# TYPE up "s + type + "\nup 1\n# TYPE up gauge\n"), "up=1;") << "repeated";
  }
  for (const char* type : {"unknown", "info", "", "gauge ", " gauge"}) {
    EXPECT_EQ(parsed("# TYPE up "s + type),
              "line 1: unknown metric type at \"# TYPE up "s + type + "\"");
  }
  EXPECT_FALSE(accepts("# TYPE up"));
  EXPECT_FALSE(accepts("# TYPE 9 gauge"));
}

TEST(ParseText, Help) {
  EXPECT_TRUE(accepts("# HELP up Whether \\n \\\\ \\q the target answers: {\"\n"));
  EXPECT_TRUE(accepts("# HELP up\n# HELP up \n#  HELP\t up x\n"));
  EXPECT_FALSE(accepts("# HELP up \xff\n"));
  EXPECT_FALSE(accepts("# HELP \n"));
}

// "HELP name|text;" or "TYPE name|type;" for each line of metadata.
std::string metadata_of(std::string body) {
  const ParsedText text = parse_text(std::move(body), nullptr).value();
  std::string out;
  for (const TextMetadata& line : text.metadata) {
    out += line.kind == TextMetadata::Kind::kHelp ? "HELP " : "TYPE ";
    out += text.text.substr(line.name_begin, line.name_size) + "|" +
           text.text.substr(line.text_begin, line.text_size) + ";";
  }
  return out;
}

TEST(ParseText, TellsWhatHelpAndTypeLinesSay) {
  EXPECT_EQ(metadata_of("# HELP up Whether it is.\n# TYPE up gauge\nup 1\n"),
            "HELP up|Whether it is.;TYPE up|gauge;");
  EXPECT_EQ(metadata_of("#  HELP\t up  x\n# HELP up\n# HELPED up x\n#TYPE up gauge\n"),
            "HELP up| x;HELP up|;")
      << "one character divides";
  EXPECT_EQ(metadata_of("up 1\n# TYPE a counter"), "TYPE a|counter;") << "no final newline";
}

TEST(ParseText, TypesOfOtherFormatsAreUnknown) {
  EXPECT_TRUE(parse_text("# TYPE a untyped\n", nullptr).ok());
  for (const char* type : {"unknown", "info", "stateset", "gaugehistogram"})
    EXPECT_FALSE(parse_text("# TYPE a " + std::string(type) + "\n", nullptr).ok()) << type;
}

TEST(ParseText, HelpIsUnescapedAndTypesAreNumbered) {
  EXPECT_EQ(unescape_help(R"(a\\nb\nc\qd\")"), "a\\nb\nc\\qd\\\"");
  EXPECT_EQ(metadata_type("counter"), 1);
  EXPECT_EQ(metadata_type("gauge"), 2);
  EXPECT_EQ(metadata_type("histogram"), 3);
  EXPECT_EQ(metadata_type("summary"), 5);
  EXPECT_EQ(metadata_type("untyped"), 0);
  EXPECT_EQ(metadata_type("unknown"), 0);
  EXPECT_EQ(metadata_type("stateset"), 7);
}

TEST(ParseText, Names) {
  EXPECT_TRUE(accepts("a:b_C9 1"));
  for (const char* line :
       {"foo-bar 1", "9a 1", "foo.bar 1", "up{a-b=\"c\"} 1", "up{a:b=\"c\"} 1", "up{9=\"c\"} 1"}) {
    EXPECT_FALSE(accepts(line)) << line;
  }
}

TEST(ParseText, QuotedNamesAreRefused) {
  for (const char* line : {R"({"foo.bar",a="b"} 1)", R"({"foo.bar"} 1)", R"(up{"a.b"="x"} 1)",
                           "# TYPE \"foo.bar\" gauge"}) {
    EXPECT_FALSE(accepts(line)) << line;
  }
}

TEST(ParseText, OneBadLineFailsTheBody) {
  EXPECT_EQ(parsed("a 1\nb 2\nc\nd 4\n"), "line 3: expected a value behind the series at \"\"");
  EXPECT_EQ(parsed("a 1{\n"),
            "line 1: expected a timestamp of whole milliseconds or the end of the line at \"{\"");
  EXPECT_EQ(parsed("a 1 2 3\n"),
            "line 1: expected the end of the line behind the timestamp at \"3\"");
}

// The predictor of a body.
TextPredictor predictor_of(const std::string& body) {
  return TextPredictor(*parse_text(body, nullptr));
}

TEST(TextPredictor, KeepsTheSeriesInOrder) {
  const TextPredictor predictor = predictor_of("# c\nup 1\ndown{a=\"b\"} 2 3\n");
  ASSERT_EQ(predictor.size(), 2U);
  EXPECT_EQ(predictor.series(0), "up");
  EXPECT_EQ(predictor.series(1), "down{a=\"b\"}");
}

TEST(TextPredictor, SaysWhetherTheSeriesAreTheSame) {
  const TextPredictor predictor = predictor_of("up 1\nup{a=\"b\"} 2\n");
  const struct {
    const char* body;
    bool predicted;
  } cases[] = {
      {"up 5\nup{a=\"b\"} 6 7", true},
      {"# TYPE up gauge\nup 5\n\n# x\nup{a=\"b\"} NaN\n", true},
      {"up 1\n", false},                                // one is missing
      {"up 1\nup{a=\"b\"} 2\nup{a=\"c\"} 3\n", false},  // one too many
      {"up{a=\"b\"} 2\nup 1\n", false},                 // another order
      {"upper 1\nup{a=\"b\"} 2\n", false},              // a longer name
      {"up {a=\"b\"} 1\nup{a=\"b\"} 2\n", false},       // a longer series
      {"", false},
  };
  for (const auto& [body, predicted] : cases) {
    SCOPED_TRACE(body);
    const Result<ParsedText> text = parse_text(body, &predictor);
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(text->predicted, predicted);
    EXPECT_EQ(parsed(body, &predictor), parsed(body));
  }
  EXPECT_FALSE(parse_text("up 1\nup{a=\"b\"} 2\n", nullptr)->predicted);
}

TEST(TextPredictor, NeverChangesWhatIsParsed) {
  constexpr uint64_t kSeed = 3;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "predictor");
  const std::string seen = "up 1\nup{a=\"b\"} 2\nb 3 4\nb{c=\"}\"} 5\n";
  const TextPredictor predictor = predictor_of(seen);
  constexpr std::string_view kBytes = "ub {}=\"\n1#,\\";
  for (int round = 0; round < 20'000; ++round) {
    std::string body = seen;
    for (uint64_t n = 1 + random.below(3); n > 0; --n) {
      body[random.below(body.size())] = kBytes[random.below(kBytes.size())];
    }
    ASSERT_EQ(parsed(body, &predictor), parsed(body)) << body;
  }
}

TEST(ParseSeries, GivesSortedLabels) {
  const Result<ParsedSeries> up = parse_series(R"(up{z="1",a="q\"\n\\",gone="",also=""})");
  ASSERT_TRUE(up.ok());
  EXPECT_EQ(up->labels, Labels({{"__name__", "up"}, {"a", "q\"\n\\"}, {"z", "1"}}));
  EXPECT_EQ(up->empty_names, (std::vector<std::string>{"gone", "also"}));
  EXPECT_EQ(parse_series("up")->labels, Labels({{"__name__", "up"}}));
}

TEST(ParseSeries, RefusesAnythingElse) {
  for (const char* series : {"", "up 1", "up{", "up{a=\"1\",a=\"2\"}", "up{} ", "{a=\"b\"}"}) {
    EXPECT_FALSE(parse_series(series).ok()) << series;
  }
}

TEST(ParseSeries, ReadsWhatAppendSeriesWrites) {
  const Labels labels({{"__name__", "m"}, {"a", "\\n\n\"\\"}, {"b", "\xc3\xa9}"}});
  std::string text;
  append_series(text, labels);
  EXPECT_EQ(parse_series(text)->labels, labels);
}

}  // namespace
}  // namespace pushpull::wire
