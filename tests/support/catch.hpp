#pragma once

/// Catch2, whichever version is installed: 2.x is one header, 3.x is many. Tests include this and nothing
/// else of Catch2, and keep to what both versions know.

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif
