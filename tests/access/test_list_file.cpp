#include "tests/access/access_files.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("A list has lines of fields, and comments") {
  const auto lines = list_lines("# head\n\n a  b\tc\r\n  # d\ne #f\nlast");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].number == 3);
  CHECK(lines[0].fields == std::vector<std::string_view>{"a", "b", "c"});
  CHECK(lines[1].fields == std::vector<std::string_view>{"e", "#f"});
  CHECK(lines[2].number == 6);
}

TEST_CASE("A change takes the place of the file, for its owner alone") {
  const TempDir directory;
  const auto file = directory / "list";
  CHECK(read_list_file(file).empty());
  change_list_file(file, [](const std::string& text) { return text + "one\n"; });
  change_list_file(file, [](const std::string& text) { return text + "two\n"; });
  CHECK(read_list_file(file) == "one\ntwo\n");
  CHECK(mode_of(file) == kOwnerAlone);
  CHECK_FALSE(std::filesystem::exists(directory / "list.next"));
}

TEST_CASE("A change that is given up leaves the file as it was") {
  const TempDir directory;
  const auto file = directory / "list";
  write_file(file, "before\n");
  CHECK(access_refusal([&] {
          change_list_file(file, [](const std::string&) -> std::string { throw AccessError("no"); });
        }) == "no");
  CHECK(says(access_refusal([&] {
               change_list_file(file, [](const std::string&) { return std::string(kListBytesMax + 1, 'x'); });
             }),
             "would have more than"));
  CHECK(read_list_file(file) == "before\n");
}

TEST_CASE("What is no list file is refused by name") {
  const TempDir directory;
  const auto refusal = [](const std::filesystem::path& file) {
    return access_refusal([&] { static_cast<void>(read_list_file(file)); });
  };
  CHECK(says(refusal(directory.path()), "is no plain file"));
  write_file(directory / "large", std::string(kListBytesMax + 1, 'x'));
  CHECK(says(refusal(directory / "large"), "has more than"));
}

TEST_CASE("A secret is never overwritten, and never read where others may read it") {
  const TempDir directory;
  const auto file = directory / "secret";
  write_secret_file(file, "first");
  CHECK(mode_of(file) == kOwnerAlone);
  CHECK(says(access_refusal([&] { write_secret_file(file, "second"); }), "is there already"));
  CHECK(read_secret_file(file) == "first");
  std::filesystem::permissions(file, kOwnerAlone | std::filesystem::perms::group_read);
  const std::string refusal = access_refusal([&] { static_cast<void>(read_secret_file(file)); });
  CHECK(says(refusal, "(mode 0640)"));
  CHECK(says(refusal, "chmod 600 " + file.string()));
}

}  // namespace
}  // namespace florin::test
