// Configurations that the real servers take, and that they refuse: ours must judge alike.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "harness/prometheus/config.h"
#include "harness/relabel/config.h"
#include "harness/remote_write/config.h"
#include "harness/run/process_fixture.h"
#include "harness/systems/child_process.h"
#include "harness/yaml/parser.h"

namespace pushpull {
namespace {

const std::string kServers = std::string(PUSHPULL_SOURCE_DIR) + "/build/servers/";

// One rule of each kind of mistake, and its next of kin that is none.
const std::vector<std::string> kRules = {
    "{}",
    "{target_label: a}",
    "{target_label: ''}",
    "{target_label: a-b}",
    "{target_label: 'a b.ä'}",
    "{target_label: 1a}",
    "{target_label: '$1'}",
    "{target_label: 'a${1}'}",
    "{target_label: 'a-${1}'}",
    "{target_label: '${'}",
    "{target_label: a, action: Replace}",
    "{target_label: a, action: replaced}",
    "{target_label: a, action: ''}",
    "{target_label: a, source_labels: [b, __name__]}",
    "{target_label: a, source_labels: b}",
    "{target_label: a, source_labels: [b-c]}",
    "{target_label: a, source_labels: ['']}",
    "{target_label: a, separator: '', replacement: ''}",
    "{target_label: a, regex: '('}",
    "{target_label: a, regex: ''}",
    "{target_label: a, regex: 5, replacement: 5}",
    "{target_label: a, regex: 'a)|(b'}",
    "{target_label: a, regex: '(?<n>a)'}",
    "{target_label: a, regex: '(?P<n>a)'}",
    "{target_label: a, regex: '(?P<n>a)(?P<n>b)'}",
    "{target_label: a, regex: '(?<=a)b'}",
    "{target_label: a, regex: 'a(?!b)'}",
    "{target_label: a, regex: '(a)\\1'}",
    "{target_label: a, regex: '\\C'}",
    "{target_label: a, regex: 'a{1000}'}",
    "{target_label: a, regex: 'a{1001}'}",
    "{target_label: a, regex: '[[:alpha:]\\pL\\d]*?'}",
    "{target_label: a, regexp: b}",
    "{target_label: a, modulus: 5}",
    "{action: keep}",
    "{action: DROP, source_labels: [a], regex: b|c, target_label: '-'}",
    "{action: hashmod, target_label: a}",
    "{action: hashmod, target_label: a, modulus: 0}",
    "{action: hashmod, target_label: a, modulus: -1}",
    "{action: hashmod, modulus: 5}",
    "{action: hashmod, target_label: a, modulus: 5}",
    "{action: hashmod, target_label: '$1', modulus: 5}",
    "{action: labelmap, regex: 'x_(.+)'}",
    "{action: labelmap, replacement: ''}",
    "{action: labelmap, replacement: 'a-$1'}",
    "{action: labelmap, replacement: 'a_$1'}",
    "{action: labeldrop, regex: a}",
    "{action: labeldrop, regex: a, separator: ';', replacement: '$1', modulus: 0}",
    "{action: labeldrop, regex: a, source_labels: []}",
    "{action: labelkeep, regex: a, source_labels: [b]}",
    "{action: labelkeep, regex: a, target_label: b}",
    "{action: labelkeep, regex: a, separator: ','}",
    "{action: labelkeep, regex: a, replacement: b}",
    "{action: labelkeep, regex: a, modulus: 1}",
    "{action: lowercase, source_labels: [a]}",
    "{action: lowercase, source_labels: [a], target_label: b}",
    "{action: uppercase, source_labels: [a], target_label: '$1'}",
    "{action: uppercase, source_labels: [a], target_label: a, replacement: c}",
    "{action: uppercase, source_labels: [a], target_label: a, regex: c}",
    "{action: keepequal, source_labels: [a]}",
    "{action: keepequal, source_labels: [a], target_label: b}",
    "{action: keepequal, source_labels: [a], target_label: b, regex: (.*)}",
    "{action: dropequal, source_labels: [a], target_label: b, separator: ','}",
    "{action: dropequal, source_labels: [a], target_label: b, replacement: c}",
    "{action: dropequal, source_labels: [a], target_label: b, modulus: 1}",
};

// What an entry of remote_write says beside its URL: one of each kind of mistake, and its next of
// kin. Only what is found while the file is read, and is no key of a later release.
const std::vector<std::string> kEntries = {
    "{}",
    "{headers: {a: b, X-Scope-OrgID: '7'}}",
    "{headers: {Authorization: b}}",
    "{headers: {HOST: b}}",
    "{headers: {x-prometheus-Remote-Write-version: b}}",
    "{headers: {x-amz-date: b}}",
    "{headers: {Accept: b, Retry-Attempt: b}}",
    "{basic_auth: {}}",
    "{basic_auth: {username: a, password: b}}",
    "{basic_auth: {password: a, password_file: b}}",
    "{basic_auth: {usrname: a}}",
    "{basic_auth: a}",
    "{authorization: {credentials: a}}",
    "{authorization: {type: Token, credentials_file: a}}",
    "{authorization: {type: basic, credentials: a}}",
    "{authorization: {type: ' bAsic '}}",
    "{authorization: {credentials: a, credentials_file: b}}",
    "{bearer_token: a}",
    "{bearer_token_file: a}",
    "{bearer_token: a, bearer_token_file: b}",
    "{bearer_token: a, basic_auth: {username: b}}",
    "{bearer_token_file: a, authorization: {credentials: b}}",
    "{basic_auth: {username: a}, authorization: {credentials: b}}",
    "{tls_config: {insecure_skip_verify: true, server_name: a, min_version: TLS12}}",
    "{tls_config: {min_version: TLS14}}",
    "{tls_config: {min_version: ''}}",
    "{tls_config: {max_version: TLS1.2}}",
    "{tls_config: {cafile: a}}",
    "{queue_config: {min_shards: 300, capacity: 0, min_backoff: 1h}}",
    "{url: 'https://a/w'}",
};
// Of 3.5, but not of 2.42.
const std::vector<std::string> kNewerEntries = {
    "{basic_auth: {username_file: a, password_file: b}}",
    "{basic_auth: {username: a, username_file: b}}",
    "{tls_config: {ca: a, ca_file: b}}",
    "{tls_config: {cert: a}}",
    "{tls_config: {key: a}}",
    "{tls_config: {cert: a, cert_file: b, key: c}}",
    "{tls_config: {key: a, key_file: b, cert: c}}",
};

struct Rules {
  std::vector<RelabelConfig> rules;
  RelabelConfig prototype;
};
void bind(yaml::Fields& f, Rules& r) { f.list("rules", r.rules, {}, r.prototype); }

// The errors; empty where the rule is taken.
std::string our_verdict(const std::string& rule, const std::string& release) {
  Rules rules;
  rules.prototype.dialect = release_profile(release)->relabel;
  yaml::Diagnostics diagnostics;
  auto source =
      std::make_shared<const yaml::Source>(yaml::Source{"rule.yml", "rules: [" + rule + "]\n"});
  if (const auto root = yaml::parse_document(source, diagnostics)) {
    yaml::parse(*root, rules, diagnostics);
  }
  return diagnostics.to_string();
}

// A file with one destination; what the entry says of the URL wins.
std::string file_with(const std::string& entry) {
  const bool has_url = entry.find("url:") != std::string::npos;
  return "remote_write:\n- " +
         (has_url ? entry
                  : "{url: 'http://127.0.0.1:1/'" + std::string(entry == "{}" ? "" : ", ") +
                        entry.substr(1)) +
         "\n";
}

// What is wrong, without the place: "remote_write[0].a.b: " and the like.
std::string our_words(const std::string& text, const std::string& release) {
  const Result<LoadedConfig> loaded = load_config(text, "p.yml", *release_profile(release));
  if (loaded) return "";
  std::string words = loaded.error().message;
  words = words.substr(0, words.find('\n'));
  words = words.substr(words.find("error: ") + 7);
  if (words.starts_with("remote_write")) words = words.substr(words.find(": ") + 2);
  return words;
}

// Without our own addition, and without the list of what only some builds have: Debian's are made
// without the clouds' libraries.
std::string common_words(std::string words) {
  for (const char* end : {" (known", ", or sigv4", ", sigv4"}) {
    words = words.substr(0, words.find(end));
  }
  return words;
}

class RealConfigTest : public ProcessTest {
 protected:
  // Whether the real server of `release` takes a file. It is given a folder that it cannot have, so
  // that it ends once it has read its configuration.
  bool taken(const std::string& release, const std::string& text) {
    const std::string path = folder() + "/prometheus.yml";
    std::ofstream(path) << text;
    // A process appends to its log; only this one's words are asked for.
    const std::string log = folder() + "/prometheus.log";
    std::filesystem::remove(log);
    const std::string binary = kServers + "prometheus-" + release + "/usr/bin/prometheus";
    Result<std::unique_ptr<ChildProcess>> process =
        ChildProcess::start({"prometheus",
                             {binary, "--config.file=" + path, "--storage.tsdb.path=/dev/null/none",
                              "--web.listen-address=127.0.0.1:0"},
                             log});
    if (!process || !(*process)->await_end(Duration::seconds(20))) {
      ADD_FAILURE() << binary << " does not end";
      return false;
    }
    log_ = (*process)->log_text();
    const bool refused = log_.find("Error loading config") != std::string::npos;
    const bool loaded = log_.find("/dev/null/none/queries") != std::string::npos;
    EXPECT_NE(refused, loaded) << log_;
    return loaded;
  }
  void judge_alike(const std::string& release) {
    for (const std::string& rule : kRules) {
      const std::string ours = our_verdict(rule, release);
      EXPECT_EQ(ours.empty(), taken(release,
                                    "remote_write:\n- url: http://127.0.0.1:1/\n"
                                    "  write_relabel_configs:\n  - " +
                                        rule + "\n"))
          << rule << "\nours: " << ours << "\ntheirs: " << log_;
    }
  }

  // The same verdict; and where the file is refused for what it means, in the same words.
  void judge_entries_alike(const std::string& release, const std::vector<std::string>& entries) {
    for (const std::string& entry : entries) {
      const std::string text = file_with(entry);
      const std::string ours = our_words(text, release);
      EXPECT_EQ(ours.empty(), taken(release, text))
          << entry << "\nours: " << ours << "\ntheirs: " << log_;
      // Misspelt keys and wrong types are the parser's own, with a place and a suggestion.
      if (ours.starts_with("unknown key") || ours.starts_with("expected")) continue;
      std::string theirs = log_;
      std::erase(theirs, '\\');
      EXPECT_NE(theirs.find(common_words(ours)), std::string::npos)
          << entry << "\nours: " << ours << "\ntheirs: " << log_;
    }
  }

 private:
  std::string log_;
};

TEST_F(RealConfigTest, RelabelRulesOf242) { judge_alike("2.42"); }
TEST_F(RealConfigTest, RelabelRulesOf35) { judge_alike("3.5"); }
TEST_F(RealConfigTest, EntriesOf242) { judge_entries_alike("2.42", kEntries); }
TEST_F(RealConfigTest, EntriesOf35) {
  judge_entries_alike("3.5", kEntries);
  judge_entries_alike("3.5", kNewerEntries);
}

}  // namespace
}  // namespace pushpull
