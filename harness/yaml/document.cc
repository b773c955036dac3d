#include "harness/yaml/document.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>

namespace pushpull::yaml {
namespace {

size_t count_nodes(const Node& node) {
  size_t n = 1;
  for (const Node& child : node.children) n += count_nodes(child);
  return n;
}

// Builds the tree from yaml-cpp's events. Limits are held here, before anything is stored.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::shared_ptr<const Source> source, Diagnostics& diagnostics)
      : source_(std::move(source)), diagnostics_(diagnostics) {}

  Node take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) error(mark, "a second document is refused: keep one per file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(Node::Kind::kNull, mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      error(mark, "an alias inside its own anchor is refused");
      add(make(Node::Kind::kNull, mark), 0);
      return;
    }
    // Expanded aliases grow exponentially when nested; the limit is checked before the copy.
    nodes_ += count_nodes(found->second);
    if (within_limits(mark)) add(found->second, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = make(Node::Kind::kScalar, mark);
    node.text = value;
    node.quoted = check_tag(mark, tag);
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(make(Node::Kind::kList, mark), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(make(Node::Kind::kMap, mark), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    // Maps: the key whose value comes next.
    bool has_key = false;
    std::string key;
    Position key_position;
    std::map<std::string, int> lines;  // of all keys so far
  };

  Position at(const YAML::Mark& mark) const {
    return Position{source_, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
  }
  Node make(Node::Kind kind, const YAML::Mark& mark) const {
    Node node;
    node.kind = kind;
    node.position = at(mark);
    return node;
  }
  void error(const YAML::Mark& mark, std::string message) {
    diagnostics_.error(at(mark), std::move(message));
  }
  // Whether the tag says that the value is a string whatever it looks like.
  bool check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?") return false;
    if (tag != "!" && tag != "tag:yaml.org,2002:str") {
      error(mark, "tag '" + tag + "' is refused: write the plain value");
    }
    return true;
  }
  bool within_limits(const YAML::Mark& mark) {
    if (nodes_ > kMaxDocumentNodes) {
      full_ = true;
      error(mark, "more than " + std::to_string(kMaxDocumentNodes) + " values (aliases expanded)");
    }
    return !full_;
  }

  void open(Node node, YAML::anchor_t anchor) {
    if (stack_.size() == kMaxDocumentDepth) {
      diagnostics_.error(node.position,
                         "nested more than " + std::to_string(kMaxDocumentDepth) + " levels deep");
      full_ = true;
    }
    stack_.push_back(Open{std::move(node), anchor, false, {}, {}, {}});
  }
  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    add(std::move(done.node), done.anchor);
  }
  void add(Node node, YAML::anchor_t anchor) {
    if (++nodes_ > kMaxDocumentNodes && !full_) {
      full_ = true;
      diagnostics_.error(node.position,
                         "more than " + std::to_string(kMaxDocumentNodes) + " values");
    }
    if (full_ || documents_ > 1) return;
    if (anchor != 0) anchors_.insert_or_assign(anchor, node);
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == Node::Kind::kList) {
      node.key.clear();
      parent.node.children.push_back(std::move(node));
    } else if (!parent.has_key) {
      take_key(parent, node);
    } else {
      add_entry(parent, std::move(node));
    }
  }
  void take_key(Open& map, const Node& key) {
    map.has_key = true;
    map.key = key.text;
    map.key_position = key.position;
    if (key.kind != Node::Kind::kScalar) {
      diagnostics_.error(key.position, "a key must be a plain name");
    } else if (key.text == "<<" && !key.quoted) {
      diagnostics_.error(key.position,
                         "merge key '<<' is refused: repeat the keys, or use a profile");
    }
  }
  void add_entry(Open& map, Node value) {
    map.has_key = false;
    const auto [first, added] = map.lines.emplace(map.key, map.key_position.line);
    if (!added) {
      diagnostics_.error(map.key_position, "duplicate key '" + map.key + "' (first given in line " +
                                               std::to_string(first->second) + ")");
      return;
    }
    value.key = std::move(map.key);
    value.key_position = map.key_position;
    map.node.children.push_back(std::move(value));
  }

  std::shared_ptr<const Source> source_;
  Diagnostics& diagnostics_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  Node root_;
  size_t nodes_ = 0;
  bool full_ = false;  // a limit was passed: the rest is not stored
  int documents_ = 0;
};

// The first character that a YAML file may not hold, or the size of the text. Only UTF-8 is taken.
size_t first_bad_byte(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x20 && lead != '\t' && lead != '\n' && lead != '\r') return i;
    const size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length == 0 || lead > 0xf4 || i + length > text.size()) return i;
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return i;
    }
    i += length;
  }
  return i;
}

Position position_of_byte(const std::shared_ptr<const Source>& source, size_t offset) {
  const std::string_view before = std::string_view(source->text).substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto lines = std::count(before.begin(), before.end(), '\n');
  return Position{source, static_cast<int>(lines) + 1, static_cast<int>(offset - line_start) + 1};
}

// yaml-cpp's complaint about a tab that indents is about something else; this one helps.
std::optional<Position> first_tab_indent(const std::shared_ptr<const Source>& source,
                                         int last_line) {
  std::istringstream lines(source->text);
  std::string line;
  for (int number = 1; number <= last_line && std::getline(lines, line); ++number) {
    const size_t tab = line.find_first_not_of(' ');
    if (tab != std::string::npos && line[tab] == '\t') {
      return Position{source, number, static_cast<int>(tab) + 1};
    }
  }
  return std::nullopt;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::kMap) return nullptr;
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const Node& child) { return child.key == name; });
  return found == children.end() ? nullptr : &*found;
}

Node* Node::find(std::string_view name) {
  return const_cast<Node*>(static_cast<const Node*>(this)->find(name));
}

const Position& Node::place() const {
  return kind == Kind::kScalar || key.empty() ? position : key_position;
}

const Node* step(const Node& node, std::string_view& path) {
  if (path.starts_with('[')) {
    const size_t close = path.find(']');
    if (close == std::string_view::npos) return nullptr;
    size_t index = 0;
    const auto [stop, ec] = std::from_chars(path.data() + 1, path.data() + close, index);
    if (ec != std::errc() || stop != path.data() + close) return nullptr;
    path.remove_prefix(close + 1);
    if (path.starts_with('.')) path.remove_prefix(1);
    return node.kind == Node::Kind::kList && index < node.children.size() ? &node.children[index]
                                                                          : nullptr;
  }
  if (const Node* whole = node.find(path)) {
    path = {};
    return whole;
  }
  const size_t end = path.find_first_of(".[");
  const Node* child = node.find(path.substr(0, end));
  path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  if (path.starts_with('.')) path.remove_prefix(1);
  return child;
}

const Node* find_path(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (node != nullptr && !path.empty()) node = step(*node, path);
  return node;
}

std::optional<Node> parse_document(const std::shared_ptr<const Source>& source,
                                   Diagnostics& diagnostics) {
  const std::string& text = source->text;
  if (text.size() > kMaxDocumentBytes) {
    diagnostics.error(Position{source, 1, 1},
                      "larger than " + std::to_string(kMaxDocumentBytes) + " bytes");
    return std::nullopt;
  }
  if (const size_t bad = first_bad_byte(text); bad < text.size()) {
    diagnostics.error(position_of_byte(source, bad), "not UTF-8 text, or a control character");
    return std::nullopt;
  }
  Builder builder(source, diagnostics);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::DeepRecursion&) {
    diagnostics.error(Position{source, 1, 1}, "nested far too deeply");
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    const Position position{source, std::max(e.mark.line, 0) + 1, std::max(e.mark.column, 0) + 1};
    if (const auto tab = first_tab_indent(source, position.line)) {
      diagnostics.error(*tab, "a tab may not indent: use spaces");
    } else {
      diagnostics.error(position, "not valid YAML: " + e.msg);
    }
    return std::nullopt;
  }
  Node root = builder.take_root();
  if (root.kind == Node::Kind::kNull) root.position = Position{source, 1, 1};
  return root;
}

Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{"cannot read '" + path + "': does it exist, and may it be read?"};
  std::string text(kMaxDocumentBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return Error{"cannot read '" + path + "': is it a file?"};
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxDocumentBytes) {
    return Error{"'" + path + "' is larger than " + std::to_string(kMaxDocumentBytes) + " bytes"};
  }
  return text;
}

}  // namespace pushpull::yaml
