package irqlab.scenario;

import irqlab.topology.Topology;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code checks { ... }}. */
final class CheckReader {
  private static final Pattern CPU = Pattern.compile(".*cpu(\\d+)$");

  private final Topology topology;
  private final List<CheckSpec> checks = new ArrayList<>();

  CheckReader(Topology topology) {
    this.topology = topology;
  }

  List<CheckSpec> read(Section root) {
    root.section("checks", "the checks").ifPresent(section -> read(section, ""));
    return checks;
  }

  /** A dotted name without quotes is an object in an object. */
  private void read(Section in, String prefix) {
    for (String key : in.keys()) {
      String metric = prefix + key;
      if (in.isObject(key)) {
        in.section(key, "the checks").ifPresent(inner -> read(inner, metric + "."));
      } else if (Metric.of(metric) == null) {
        List<String> names = Metric.ALL.stream().map(Metric::form).toList();
        in.unknown(FaultCode.E03, key, "no figure is called \"" + metric + "\"", metric, names);
      } else {
        for (String comparison : in.texts(key)) {
          read(in, key, metric, comparison);
        }
      }
    }
  }

  private void read(Section in, String key, String metric, String comparison) {
    Optional<CheckSpec> check = CheckSpec.parse(metric, comparison);
    Metric.Unit unit = Metric.of(metric).unit();
    if (check.isEmpty()) {
      String value = unit == Metric.Unit.TIME ? "5us" : unit == Metric.Unit.PERCENT ? "60" : "0";
      String sign = unit == Metric.Unit.COUNT ? "== " : "< ";
      in.fault(
          FaultCode.E13,
          key,
          "\""
              + comparison
              + "\" is no comparison with "
              + (unit == Metric.Unit.TIME ? "a time" : "a number"),
          "write   \"" + metric + "\" = \"" + sign + value + "\"   (== != < <= > >=, or report)");
    }
    Matcher cpu = CPU.matcher(metric);
    if (cpu.matches() && Integer.parseInt(cpu.group(1)) >= topology.cpus()) {
      String found = "CPU" + cpu.group(1) + ", but the last CPU is " + (topology.cpus() - 1);
      in.fault(FaultCode.E31, key, found, "");
    }
    check.ifPresent(checks::add);
  }
}
