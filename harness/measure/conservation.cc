#include "harness/measure/conservation.h"

#include <span>
#include <string_view>

namespace pushpull {

namespace {

struct Term {
  std::string_view name;
  int64_t value;
};

void check(std::string_view scope, const Term& whole, std::span<const Term> parts,
           std::vector<std::string>& broken) {
  int64_t sum = 0;
  std::string text;
  for (const Term& part : parts) {
    sum += part.value;
    if (!text.empty()) text += " + ";
    text += std::string(part.name) + ' ' + std::to_string(part.value);
  }
  if (sum == whole.value) return;
  broken.push_back(std::string(scope) + ": " + std::string(whole.name) + ' ' +
                   std::to_string(whole.value) + " is not " + text + " = " + std::to_string(sum));
}

void check_account(std::string_view scope, const Account& a, std::vector<std::string>& broken) {
  const Term at_leaves[] = {{"delivered", a.delivered},
                            {"not selected", a.not_selected},
                            {"undersampled", a.undersampled},
                            {"lost", a.lost_total()},
                            {"pending", a.pending}};
  check(scope, {"scraped", a.scraped}, at_leaves, broken);
  const Term at_central[] = {{"delivered", a.delivered},
                             {"duplicates", a.duplicates},
                             {"rejected", a.rejected},
                             {"corrupted", a.corrupted},
                             {"unknown", a.unknown}};
  check(scope, {"received", a.received}, at_central, broken);
}

}  // namespace

std::vector<std::string> broken_equations(const Accounts& accounts) {
  std::vector<std::string> broken;
  check_account("run", accounts.run, broken);
  check_account("measure window", accounts.window, broken);
  const LeafMade& made = accounts.leaf_made;
  if (accounts.leaf_made_told && made.delivered > made.scraped) {
    broken.push_back("run: " + std::to_string(made.delivered) +
                     " leaf-made samples delivered, only " + std::to_string(made.scraped) +
                     " made");
  }
  return broken;
}

}  // namespace pushpull
