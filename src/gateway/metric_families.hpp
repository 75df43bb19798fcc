#pragma once

/// Collects metrics by name, in the order in which they came up first. A family without samples is told, too:
/// a rule that names it is then not mistaken for a spelling mistake.

#include <prometheus/metric_family.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace florin {

/// Which metric it is: `florin_` stands before the name, and a counter's ends with `_total`.
struct MetricName {
  const char* name;
  const char* help;
};

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

class MetricFamilies {
 public:
  void counter(const MetricName& metric, const MetricLabels& labels, double value);
  void gauge(const MetricName& metric, const MetricLabels& labels, double value);
  /// `buckets` as a status has them: {bounds, counts, sum}; whatever else it is, is passed over. Values are
  /// divided by `divisor`, which makes seconds of microseconds.
  void histogram(const MetricName& metric, const MetricLabels& labels, const nlohmann::ordered_json& buckets,
                 double divisor);
  /// Without a sample, as long as none comes.
  void declare_counter(const MetricName& metric) { family(metric, prometheus::MetricType::Counter); }
  void declare_gauge(const MetricName& metric) { family(metric, prometheus::MetricType::Gauge); }
  void declare_histogram(const MetricName& metric) { family(metric, prometheus::MetricType::Histogram); }

  [[nodiscard]] std::string text() const;

 private:
  prometheus::MetricFamily& family(const MetricName& metric, prometheus::MetricType type);
  prometheus::ClientMetric& sample(const MetricName& metric, prometheus::MetricType type,
                                   const MetricLabels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace florin
