package irqlab.scenario;

import irqlab.topology.CpuList;
import irqlab.topology.Topology;
import irqlab.topology.TopologyReader;
import irqlab.topology.TopologyWriter;
import irqlab.topology.hocon.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes a scenario with every setting filled in; the reader turns the text into an equal one. */
public final class ScenarioWriter {
  private ScenarioWriter() {}

  /** The whole text of {@code scenario.conf} in the folder of a run. */
  public static String write(Scenario scenario) {
    StringBuilder out = new StringBuilder();
    out.append("irqlab.format = ").append(TopologyReader.FORMAT).append('\n');
    head(scenario, out);
    out.append(TopologyWriter.write(scenario.topology()));
    out.append("load = [\n");
    scenario.loads().forEach(load -> out.append("  { ").append(load(load)).append(" }\n"));
    out.append("]\naffinity-moves = [\n");
    scenario
        .moves()
        .forEach(move -> out.append("  { ").append(move(scenario.topology(), move)).append(" }\n"));
    scenario.storms().forEach(storm -> out.append("  { ").append(storm(storm)).append(" }\n"));
    out.append("]\ncpu-moves = [\n");
    scenario.cpuMoves().forEach(move -> out.append("  { ").append(cpuMove(move)).append(" }\n"));
    out.append("]\nchecks {\n");
    checks(scenario.checks()).forEach(line -> out.append("  ").append(line).append('\n'));
    out.append("}\n");
    wall(scenario, out);
    return out.toString();
  }

  private static void wall(Scenario scenario, StringBuilder out) {
    WallSpec wall = scenario.wall();
    if (wall.equals(WallSpec.SAME)) {
      return;
    }
    out.append("wall {\n  slow-down = ").append(wall.slowDown()).append('\n');
    out.append("  handler = ").append(wall.handler().text()).append('\n');
    if (!wall.loads().isEmpty()) {
      out.append("  load = [\n");
      wall.loads().forEach(load -> out.append("    { ").append(load(load)).append(" }\n"));
      out.append("  ]\n");
    }
    wall.stop().ifPresent(stop -> out.append("  ").append(stop(stop)).append('\n'));
    out.append("  checks {\n");
    checks(wall.checks()).forEach(line -> out.append("    ").append(line).append('\n'));
    out.append("  }\n}\n");
  }

  private static String stop(Stop stop) {
    List<String> rules = new ArrayList<>();
    stop.afterRaises().ifPresent(raises -> rules.add("after-raises = " + raises));
    stop.afterPs().ifPresent(time -> rules.add("after = " + Units.timeText(time)));
    rules.add("when-drained = " + (stop.whenDrained() ? "on" : "off"));
    return "stop { " + String.join(", ", rules) + " }";
  }

  private static void head(Scenario scenario, StringBuilder out) {
    out.append("scenario {\n");
    out.append("  name = ").append(quoted(scenario.name())).append('\n');
    out.append("  about = ").append(quoted(scenario.about())).append('\n');
    out.append("  seed = ").append(scenario.seed()).append('\n');
    out.append("  ").append(stop(scenario.stop())).append('\n');
    out.append("  ties = ").append(scenario.ties().name().toLowerCase(Locale.ROOT)).append('\n');
    out.append("  check-every = ").append(Units.timeText(scenario.checkEveryPs())).append('\n');
    out.append("}\n");
  }

  private static String load(LoadSpec load) {
    List<String> parts = new ArrayList<>();
    if (load instanceof LoadSpec.Device) {
      LoadSpec.Device device = (LoadSpec.Device) load;
      parts.add("on = " + quoted(device.on()));
      parts.add("queues = " + quoted(device.queues()));
      device.holdLinePs().ifPresent(held -> parts.add("hold-line = " + Units.timeText(held)));
    } else {
      LoadSpec.Ipi ipi = (LoadSpec.Ipi) load;
      parts.add("ipi = " + ipi.kind().text());
      parts.add("from = " + cpu(ipi.from(), "all"));
      parts.add("to = " + cpu(ipi.to(), "random"));
    }
    parts.add("arrivals = " + quoted(load.arrivals().text()));
    if (load.count() != LoadSpec.ENDLESS) {
      parts.add("count = " + load.count());
    }
    parts.add("start = " + Units.timeText(load.startPs()));
    return String.join(", ", parts);
  }

  private static String cpu(OptionalInt cpu, String any) {
    return cpu.isPresent() ? Integer.toString(cpu.getAsInt()) : any;
  }

  private static String move(Topology topology, MoveSpec move) {
    List<String> parts = new ArrayList<>();
    move.irq().ifPresent(irq -> parts.add("irq = " + irq));
    move.target().ifPresent(target -> parts.add("on = " + quoted(target.source())));
    move.target()
        .flatMap(target -> queue(topology, target))
        .ifPresent(queue -> parts.add("queue = " + quoted(queue)));
    move.atPs().ifPresent(at -> parts.add("at = " + Units.timeText(at)));
    move.afterRaises().ifPresent(raises -> parts.add("after-raises = " + raises));
    parts.add("to = " + quoted(CpuList.format(move.to())));
    return String.join(", ", parts);
  }

  private static String storm(StormSpec storm) {
    return String.format(
        "policy = storm, on = %s, queues = %s, every = %s, move = %d, to = random, start = %s",
        quoted(storm.on()),
        quoted(storm.queues()),
        Units.timeText(storm.everyPs()),
        storm.move(),
        Units.timeText(storm.startPs()));
  }

  private static String cpuMove(CpuMoveSpec move) {
    return String.format(
        "cpu = %d, at = %s, online = %s",
        move.cpu(), Units.timeText(move.atPs()), move.online() ? "on" : "off");
  }

  /** What loads call an entry of a function; empty for a legacy device. */
  private static Optional<String> queue(Topology topology, Target target) {
    return topology
        .endpoint(target.source())
        .map(endpoint -> endpoint.vectors().get(target.entry()).label());
  }

  private static List<String> checks(List<CheckSpec> checks) {
    Map<String, List<String>> byMetric = new TreeMap<>();
    for (CheckSpec check : checks) {
      byMetric.computeIfAbsent(check.metric(), name -> new ArrayList<>()).add(quoted(check.text()));
    }
    return byMetric.entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + " = [" + String.join(", ", entry.getValue()) + "]")
        .collect(Collectors.toList());
  }

  private static String quoted(String text) {
    return TopologyWriter.quoted(text);
  }
}
