#include "harness/scenario/calibration.h"

#include <filesystem>
#include <memory>

#include "harness/yaml/parser.h"

namespace pushpull {

void bind(yaml::Fields& f, WorkCost& c) {
  const int64_t second = Duration::seconds(1).ns();
  f.duration("per_request", c.per_request, {.doc = "CPU time", .max = second, .required = true});
  f.duration("per_sample", c.per_sample, {.doc = "CPU time", .max = second, .required = true});
}

void bind(yaml::Fields& f, Calibration& c) {
  f.string("name", c.name, {.doc = "as scenarios call it", .required = true});
  f.string("source", c.source, {.doc = "where the figures come from", .required = true});
  f.integer("cores", c.cores, {.doc = "of each host", .min = 1, .max = 1024, .required = true});
  f.object("leaf_scrape", c.leaf_scrape, {.doc = "parse and append", .required = true});
  f.object("write_encode", c.write_encode, {.doc = "read, build, send", .required = true});
  f.object("write_receive", c.write_receive, {.doc = "decode and append", .required = true});
  f.object("federate_serve", c.federate_serve, {.doc = "select and encode", .required = true});
  f.object("federate_parse", c.federate_parse, {.doc = "parse and append", .required = true});
}

CostModel Calibration::cost_model() const {
  CostModel model;
  const auto set = [&](Work::Kind kind, const WorkCost& cost) {
    model.of(kind) = {cost.per_request, cost.per_sample * 1'000'000};
  };
  set(Work::Kind::kScrapeParse, leaf_scrape);
  set(Work::Kind::kWriteEncode, write_encode);
  set(Work::Kind::kWriteReceive, write_receive);
  set(Work::Kind::kFederateServe, federate_serve);
  set(Work::Kind::kFederateParse, federate_parse);
  return model;
}

Result<Calibration> load_calibration(std::string text, std::string file_name) {
  const auto source =
      std::make_shared<const yaml::Source>(yaml::Source{std::move(file_name), std::move(text)});
  yaml::Diagnostics diagnostics;
  const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics);
  Calibration calibration;
  if (root) yaml::parse(*root, calibration, diagnostics);
  if (!diagnostics.empty()) return diagnostics.to_error();
  return calibration;
}

Result<Calibration> find_calibration(const std::string& name, const std::string& scenario_file,
                                     const std::string& shipped_scenarios) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(scenario_file).parent_path();
  std::vector<fs::path> candidates;
  if (name.find('/') != std::string::npos || name.ends_with(".yaml")) {
    candidates = {folder / name};
  } else {
    for (const fs::path& scenarios : {folder, fs::path(shipped_scenarios)}) {
      candidates.push_back(scenarios / "calibration" / (name + ".yaml"));
    }
  }
  std::string looked;
  for (const fs::path& path : candidates) {
    std::error_code unreadable;
    looked += (looked.empty() ? "" : ", ") + path.string();
    if (!fs::exists(path, unreadable)) continue;
    Result<std::string> text = yaml::read_text_file(path.string());
    if (!text) return text.error();
    return load_calibration(std::move(*text), path.string());
  }
  return Error{"no calibration '" + name + "' (looked for " + looked + ")"};
}

}  // namespace pushpull
