#pragma once

namespace florin {

/// What the process tells its caller. Documented in `florin --help` and docs/OPERATIONS.md.
enum ExitCode : int {
  kExitOk = 0,
  kExitFault = 1,        ///< something failed, or nobody answered
  kExitUsage = 2,        ///< the command line or the configuration is wrong
  kExitDiscrepancy = 3,  ///< `verify` or `bench` found that the books do not agree
  kExitRefused = 4,      ///< the transaction was refused, or what was asked for does not exist
};

}  // namespace florin
