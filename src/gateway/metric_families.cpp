#include "gateway/metric_families.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

bool are_numbers(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_array() &&
         std::all_of(json[key].begin(), json[key].end(),
                     [](const Json& one) { return one.is_number_unsigned(); });
}

bool are_buckets(const Json& json) {
  return json.is_object() && are_numbers(json, "bounds") && are_numbers(json, "counts") &&
         json["counts"].size() == json["bounds"].size() + 1 && json.contains("sum") &&
         json["sum"].is_number_unsigned();
}

}  // namespace

prometheus::MetricFamily& MetricFamilies::family(const MetricName& metric, prometheus::MetricType type) {
  const std::string name = std::string("florin_").append(metric.name);
  const auto found = std::find_if(families_.begin(), families_.end(),
                                  [&](const prometheus::MetricFamily& one) { return one.name == name; });
  return found != families_.end()
             ? *found
             : families_.emplace_back(prometheus::MetricFamily{name, metric.help, type, {}});
}

prometheus::ClientMetric& MetricFamilies::sample(const MetricName& metric, prometheus::MetricType type,
                                                 const MetricLabels& labels) {
  prometheus::ClientMetric& added = family(metric, type).metric.emplace_back();
  for (const auto& [name, value] : labels) {
    added.label.push_back({name, value});
  }
  return added;
}

void MetricFamilies::counter(const MetricName& metric, const MetricLabels& labels, double value) {
  sample(metric, prometheus::MetricType::Counter, labels).counter.value = value;
}

void MetricFamilies::gauge(const MetricName& metric, const MetricLabels& labels, double value) {
  sample(metric, prometheus::MetricType::Gauge, labels).gauge.value = value;
}

void MetricFamilies::histogram(const MetricName& metric, const MetricLabels& labels, const Json& buckets,
                               double divisor) {
  if (!are_buckets(buckets)) {
    return;
  }
  auto& histogram = sample(metric, prometheus::MetricType::Histogram, labels).histogram;
  const Json& bounds = buckets["bounds"];
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    histogram.sample_count += buckets["counts"][i].get<std::uint64_t>();
    histogram.bucket.push_back({histogram.sample_count, bounds[i].get<double>() / divisor});
  }
  histogram.sample_count += buckets["counts"][bounds.size()].get<std::uint64_t>();
  histogram.sample_sum = buckets["sum"].get<double>() / divisor;
}

std::string MetricFamilies::text() const {
  return prometheus::TextSerializer().Serialize(families_);
}

}  // namespace florin
