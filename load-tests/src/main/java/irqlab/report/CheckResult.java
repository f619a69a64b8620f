package irqlab.report;

import irqlab.scenario.CheckSpec;
import irqlab.scenario.Metric;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A check after the run.
 *
 * @param spec what was expected
 * @param value in the unit of the metric; empty when the run has no such figure
 * @param why the reason when there is no value; else empty
 */
public record CheckResult(CheckSpec spec, Optional<BigDecimal> value, String why) {
  static List<CheckResult> all(RunReport report) {
    MetricValues values = new MetricValues(report);
    List<CheckResult> results = new ArrayList<>();
    for (CheckSpec spec : report.result().scenario().checks()) {
      MetricValues.Figure figure = values.of(spec.metric());
      results.add(new CheckResult(spec, figure.value(), figure.why()));
    }
    return results;
  }

  /** Whether it holds. One without a value fails, but {@code report} never does. */
  public boolean ok() {
    return spec.op() == CheckSpec.Op.REPORT || value.filter(spec::holds).isPresent();
  }

  /** What a value is measured in. */
  public Metric.Unit unit() {
    return Metric.of(spec.metric()).unit();
  }
}
