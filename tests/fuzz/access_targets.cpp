// Lists that people write, and what libzmq asks about whoever knocks.

#include "access/token_list.hpp"
#include "access/zap.hpp"
#include "base/z85.hpp"
#include "tests/fuzz/target.hpp"

namespace florin::test {

namespace {

const std::string kKeyLine = "shop submit,read Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID\n";
const std::string kTokenLine = "page read " + std::string(64, 'a') + " 1764547200000000 -\n";

/// A list is taken whole, or refused with its file and line.
template <class List>
Finding check_list(std::string_view bytes, bool (*holds)(const List&)) {
  try {
    return holds(List::parse(bytes, "list")) ? Finding() : Finding("a list holds what it does not find");
  } catch (const AccessError& error) {
    return std::string_view(error.what()).starts_with("list:") ? Finding()
                                                               : Finding("a refusal does not say where");
  }
}

bool finds_its_keys(const Keys& keys) {
  for (const KnownKey& key : keys.all()) {
    if (key.caller.roles.empty() || keys.with_key(key.public_key) != &key.caller ||
        keys.with_name(key.caller.name) != &key.caller || key.caller.name == kOwnUser) {
      return false;
    }
  }
  return true;
}

bool gives_roles(const Tokens& tokens) {
  for (const Token& token : tokens.all()) {
    if (token.caller.roles.empty() || token.caller.name.empty()) {
      return false;
    }
  }
  return true;
}

/// Frames, with `|` between them. Only whom the list names is let in, at a door that it may enter.
Finding check_zap(std::string_view bytes) {
  static const Keys keys = Keys::parse(kKeyLine, "list");
  std::vector<std::string> frames;
  while (true) {
    const std::size_t end = bytes.find('|');
    frames.emplace_back(bytes.substr(0, end));
    if (end == std::string_view::npos) {
      break;
    }
    bytes.remove_prefix(end + 1);
  }
  const ZapAnswer answer = answer_zap(frames, keys, std::string(kCurveKeyLength, '0'));
  const bool in = answer.frames.at(2) == "200";
  if (in != answer.refusal.empty() || in == answer.frames.at(4).empty()) {
    return "an answer that is neither a name nor a refusal";
  }
  return in && frames.at(2) == "backend" && answer.frames.at(4) == "shop"
             ? Finding("a key without the role comes in at the back end")
             : Finding();
}

Finding check_z85(std::string_view text) {
  const auto bytes = from_z85(text);
  return bytes && to_z85(*bytes) != text ? Finding("Z85 does not survive its bytes") : Finding();
}

}  // namespace

FuzzTargets access_targets() {
  const std::string key = from_z85("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID").value();
  return {{"access_keys",
           [](std::string_view bytes) { return check_list<Keys>(bytes, finds_its_keys); },
           {kKeyLine, "# head\n" + kKeyLine, "shop root key\n", "a submit,read,operate,node,check\tkey"}},
          {"access_tokens",
           [](std::string_view bytes) { return check_list<Tokens>(bytes, gives_roles); },
           {kTokenLine, "# head\n" + kTokenLine + kTokenLine, "page read 00 1 2\n"}},
          {"access_zap",
           check_zap,
           {"1.0|1|front|127.0.0.1||CURVE|" + key, "1.0|1|backend|127.0.0.1||CURVE|" + key,
            "1.0|1|front|127.0.0.1||NULL"}},
          {"access_z85", check_z85, {"HelloWorld", "%nSc0", "%nSc1"}}};
}

}  // namespace florin::test
