package irqlab.scenario;

import irqlab.topology.EndpointSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.Placement;
import irqlab.topology.Topology;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Section;
import irqlab.topology.hocon.Units;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code load = [ ... ]}. */
final class LoadReader {
  private static final Pattern RANGE = Pattern.compile("(.*?)(\\d{1,5})-(.*?)(\\d{1,5})");
  private static final LoadLaw SOME_LAW = new LoadLaw.Every(1_000_000);

  private final Topology topology;
  private final Map<Target, String> loaded = new HashMap<>();

  LoadReader(Topology topology) {
    this.topology = topology;
  }

  List<LoadSpec> read(Section root) {
    List<LoadSpec> loads = new ArrayList<>();
    for (Section each : root.sections("load", "a load")) {
      loads.add(each.has("ipi") ? ipi(each.as("a load of IPIs")) : device(each));
    }
    return loads;
  }

  private LoadSpec device(Section in) {
    in.only("on", "queues", "arrivals", "count", "start", "hold-line");
    String on = in.required("on", "on = " + anyName());
    String queues = in.text("queues", "*");
    List<Target> targets = on.isEmpty() ? List.of() : targets(in, on, queues);
    LoadLaw law = law(in);
    boolean pins =
        !targets.isEmpty() && targets.stream().allMatch(target -> onPin(target.source()));
    if (in.has("hold-line") && !pins) {
      in.fault(
          FaultCode.E13, "hold-line", "only a device on a pin has a line", "leave hold-line out");
    }
    boolean legacy =
        targets.stream().anyMatch(target -> topology.legacy(target.source()).isPresent());
    if (law.closed() && legacy) {
      in.fault(
          FaultCode.E13,
          "arrivals",
          "a legacy device has no queue, so it cannot wait for completions",
          "write   arrivals = \"every(10ms)\"");
    }
    once(in, targets);
    return new LoadSpec.Device(
        on,
        queues,
        targets,
        law,
        count(in, law),
        start(in),
        in.timePs("hold-line", 1, Units.TIME_MAX_PS));
  }

  private LoadSpec ipi(Section in) {
    in.only("ipi", "from", "to", "arrivals", "count", "start");
    List<LoadSpec.IpiKind> kinds = List.of(LoadSpec.IpiKind.values());
    LoadSpec.IpiKind kind =
        in.choice("ipi", kinds, LoadSpec.IpiKind::text, LoadSpec.IpiKind.RESCHEDULE);
    OptionalInt from = cpu(in, "from", "all");
    OptionalInt to = cpu(in, "to", "random");
    if (to.isEmpty() && topology.cpus() == 1) {
      in.fault(FaultCode.E31, "to", "one CPU has no other to send to", "write   to = 0");
    }
    LoadLaw law = law(in);
    if (law.closed()) {
      in.fault(
          FaultCode.E13,
          "arrivals",
          "an IPI has no completion to wait for",
          "write   arrivals = \"poisson(20k/s)\"");
    }
    return new LoadSpec.Ipi(kind, from, to, law, count(in, law), start(in));
  }

  private OptionalInt cpu(Section in, String key, String any) {
    if (in.text(key, any).equals(any)) {
      return OptionalInt.empty();
    }
    OptionalInt cpu = in.integer(key, 0, Topology.CPUS_MAX - 1);
    if (cpu.isPresent() && cpu.getAsInt() >= topology.cpus()) {
      in.fault(
          FaultCode.E31,
          key,
          cpu.getAsInt() + ", but the last CPU is " + (topology.cpus() - 1),
          "write   " + key + " = " + any);
    }
    return cpu;
  }

  private LoadLaw law(Section in) {
    String text = in.required("arrivals", "arrivals = \"poisson(350k/s)\"");
    Optional<LoadLaw> law = LoadLaw.parse(text);
    if (law.isEmpty() && !text.isEmpty()) {
      in.fault(
          FaultCode.E13,
          "arrivals",
          "\"" + text + "\" is no law of arrivals",
          "write one of   " + LoadLaw.FORMS);
    }
    return law.orElse(SOME_LAW);
  }

  private static long count(Section in, LoadLaw law) {
    if (in.has("count") && law instanceof LoadLaw.Times) {
      in.fault(FaultCode.E13, "count", "the times say how many there are", "leave count out");
    }
    return in.number("count", 1, Long.MAX_VALUE).orElse(LoadSpec.ENDLESS);
  }

  private static long start(Section in) {
    return in.timePs("start", 0, Units.TIME_MAX_PS, 0);
  }

  private boolean onPin(String source) {
    return topology.legacy(source).isPresent()
        || topology.endpoint(source).filter(endpoint -> endpoint.gsi().isPresent()).isPresent();
  }

  /** A source has one clock, so one load. */
  private void once(Section in, List<Target> targets) {
    for (Target target : targets) {
      String earlier = loaded.putIfAbsent(target, in.spotOf("on").at());
      if (earlier != null) {
        in.fault(
            FaultCode.E14,
            "on",
            target.source() + " entry " + target.entry() + " has its load from " + earlier,
            "name other queues, or put both into one law");
        return;
      }
    }
  }

  private String anyName() {
    List<String> names = names();
    return names.isEmpty() ? "nvme0" : names.get(0);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    topology.endpoints().forEach(endpoint -> names.add(endpoint.name()));
    topology.legacy().forEach(source -> names.add(source.id()));
    return names;
  }

  /** The sources that two texts such as {@code nvme*} and {@code q1-q4} name. */
  List<Target> targets(Section in, String on, String queues) {
    List<Target> targets = new ArrayList<>();
    boolean found = false;
    for (EndpointSpec endpoint : topology.endpoints()) {
      if (Placement.matches(on, endpoint.name())) {
        found = true;
        for (int entry : entries(in, endpoint, queues)) {
          targets.add(new Target(endpoint.name(), entry));
        }
      }
    }
    for (LegacySpec source : topology.legacy()) {
      if (Placement.matches(on, source.id())) {
        found = true;
        targets.add(new Target(source.id(), 0));
      }
    }
    if (!found) {
      in.unknown(FaultCode.E09, "on", "no device is called \"" + on + "\"", on, names());
    }
    return targets;
  }

  /** The entries of a function that a text such as {@code q1-q4,admin} names. */
  private static List<Integer> entries(Section in, EndpointSpec endpoint, String queues) {
    List<String> labels = endpoint.vectors().stream().map(vector -> vector.label()).toList();
    List<Integer> entries = new ArrayList<>();
    for (String part : queues.split(",")) {
      List<Integer> some = entriesOf(labels, part.strip());
      if (some.isEmpty()) {
        String found = endpoint.name() + " has no queue \"" + part.strip() + "\"";
        in.unknown(
            FaultCode.E09, in.has("queue") ? "queue" : "queues", found, part.strip(), labels);
      }
      entries.addAll(some);
    }
    return entries.stream().distinct().sorted().toList();
  }

  private static List<Integer> entriesOf(List<String> labels, String part) {
    List<Integer> entries = new ArrayList<>();
    for (int entry = 0; entry < labels.size(); entry++) {
      if (Placement.matches(part, labels.get(entry))) {
        entries.add(entry);
      }
    }
    Matcher range = RANGE.matcher(part);
    if (!entries.isEmpty() || !range.matches() || !range.group(1).equals(range.group(3))) {
      return entries;
    }
    for (int n = Integer.parseInt(range.group(2)); n <= Integer.parseInt(range.group(4)); n++) {
      int entry = labels.indexOf(range.group(1) + n);
      if (entry < 0) {
        return List.of();
      }
      entries.add(entry);
    }
    return entries;
  }

  /** The one source that {@code on} and {@code queue} name, for moves. */
  static Optional<Target> target(Section in, Topology topology) {
    String on = in.text("on", "");
    List<Target> targets = new LoadReader(topology).targets(in, on, in.text("queue", "*"));
    if (targets.size() > 1) {
      in.fault(
          FaultCode.E13,
          in.has("queue") ? "queue" : "on",
          "this names " + targets.size() + " interrupts, but a move is of one",
          "write   on = " + on.replace("*", "0") + ", queue = q1");
    }
    return targets.stream().findFirst();
  }

  /** A time that may be left out. */
  static OptionalLong time(Section in, String key) {
    return in.timePs(key, 0, Units.TIME_MAX_PS);
  }
}
