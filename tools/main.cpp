#include "tools/tool.hpp"

int main(int argc, char** argv) {
  return florin::run_cli(argc, argv);
}
