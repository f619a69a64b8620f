package irqlab.scenario;

import irqlab.topology.CpuList;
import irqlab.topology.EndpointSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.Topology;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code affinity-moves = [ ... ]} and {@code cpu-moves = [ ... ]}. */
final class MoveReader {
  private static final int WRITES_MAX = 65536;

  private final Topology topology;
  private final List<StormSpec> storms = new ArrayList<>();

  MoveReader(Topology topology) {
    this.topology = topology;
  }

  List<MoveSpec> read(Section root) {
    List<MoveSpec> moves = new ArrayList<>();
    for (Section each : root.sections("affinity-moves", "an affinity move")) {
      if (each.has("policy")) {
        storms.add(storm(each.as("a storm of affinity moves")));
      } else {
        moves.add(move(each));
      }
    }
    return moves;
  }

  /** The storms that stood among the moves; after {@link #read}. */
  List<StormSpec> storms() {
    return storms;
  }

  private StormSpec storm(Section in) {
    in.only("policy", "on", "queues", "every", "move", "to", "start");
    in.choice("policy", List.of("storm"), word -> word, "storm");
    in.choice("to", List.of("random"), word -> word, "random");
    String on = in.required("on", "on = \"nvme*\"");
    String queues = in.text("queues", "*");
    List<Target> targets =
        on.isEmpty() ? List.of() : new LoadReader(topology).targets(in, on, queues);
    OptionalLong every = LoadReader.time(in, "every");
    if (every.isEmpty()) {
      in.missing("every", "every = 500us");
    } else if (every.getAsLong() < 1) {
      in.fault(FaultCode.E08, "every", "a period is at least 1ps", "write   every = 500us");
    }
    return new StormSpec(
        on,
        queues,
        targets,
        Math.max(1, every.orElse(1)),
        in.integer("move", 1, WRITES_MAX, 1),
        LoadReader.time(in, "start").orElse(0));
  }

  /** CPUs that leave or come; the first one stays. */
  static List<CpuMoveSpec> cpuMoves(Section root, Topology topology) {
    List<CpuMoveSpec> moves = new ArrayList<>();
    for (Section each : root.sections("cpu-moves", "a CPU that leaves or comes")) {
      each.only("cpu", "at", "online");
      if (!each.has("cpu")) {
        each.missing("cpu", "cpu = 1");
      }
      int cpu = each.integer("cpu", 0, Topology.CPUS_MAX, 1);
      if (each.has("cpu") && (cpu == 0 || cpu >= topology.cpus())) {
        String who = cpu == 0 ? "CPU 0 starts the others and stays" : "there is no CPU " + cpu;
        each.fault(FaultCode.E31, "cpu", who, "name one from 1 to " + (topology.cpus() - 1));
      }
      OptionalLong at = LoadReader.time(each, "at");
      if (at.isEmpty()) {
        each.missing("at", "at = 5ms");
      }
      moves.add(new CpuMoveSpec(cpu, at.orElse(0), each.flag("online", false)));
    }
    return moves;
  }

  private MoveSpec move(Section in) {
    in.only("irq", "on", "queue", "at", "after-raises", "to");
    if (!in.has("irq") && !in.has("on")) {
      in.missing("irq", "irq = 24   or   on = nvme0, queue = q1");
    }
    OptionalInt irq = in.integer("irq", 0, 65535);
    Optional<Target> target =
        in.has("on")
            ? LoadReader.target(in, topology)
            : irq.isPresent() ? targetOf(in, irq.getAsInt()) : Optional.empty();
    OptionalInt number = target.isPresent() ? irqOf(target.get()) : OptionalInt.empty();
    if (irq.isPresent() && number.isPresent() && irq.getAsInt() != number.getAsInt()) {
      in.fault(
          FaultCode.E09, "irq", irq.getAsInt() + ", but on names irq " + number.getAsInt(), "");
    }
    irq = irq.isPresent() ? irq : number;
    OptionalLong at = LoadReader.time(in, "at");
    OptionalLong afterRaises = in.number("after-raises", 1, Long.MAX_VALUE);
    if (at.isPresent() == afterRaises.isPresent()) {
      in.missing("at", "at = 9.5ms   or   after-raises = 10   (one of the two)");
    }
    return new MoveSpec(irq, target, at, afterRaises, cpus(in));
  }

  private List<Integer> cpus(Section in) {
    String text = in.required("to", "to = \"0-1\"");
    if (text.isEmpty()) {
      return List.of(0);
    }
    Optional<List<Integer>> cpus = CpuList.parse(text);
    if (cpus.isEmpty()) {
      in.fault(
          FaultCode.E13, "to", "\"" + text + "\" is no list of CPUs", "write   to = \"0-3,8\"");
      return List.of(0);
    }
    int last = cpus.get().get(cpus.get().size() - 1);
    if (last >= topology.cpus()) {
      in.fault(
          FaultCode.E31,
          "to",
          "\"" + text + "\", but the last CPU is " + (topology.cpus() - 1),
          "name one of these, or raise machine.cpus to " + (last + 1));
    }
    return cpus.get();
  }

  private OptionalInt irqOf(Target target) {
    Optional<LegacySpec> legacy = topology.legacy(target.source());
    if (legacy.isPresent()) {
      return OptionalInt.of(legacy.get().irq());
    }
    EndpointSpec endpoint = topology.endpoint(target.source()).orElseThrow();
    OptionalInt irq = endpoint.vectors().get(target.entry()).irq();
    return irq.isPresent() ? irq : endpoint.gsi();
  }

  /** The source of a number; a fault when every number is known and this is none of them. */
  private Optional<Target> targetOf(Section in, int irq) {
    List<String> known = new ArrayList<>();
    boolean all = true;
    for (LegacySpec source : topology.legacy()) {
      if (source.irq() == irq) {
        return Optional.of(new Target(source.id(), 0));
      }
      known.add("" + source.irq());
    }
    for (EndpointSpec endpoint : topology.endpoints()) {
      for (int entry = 0; entry < endpoint.vectors().size(); entry++) {
        OptionalInt number = irqOf(new Target(endpoint.name(), entry));
        if (number.isPresent() && number.getAsInt() == irq) {
          return Optional.of(new Target(endpoint.name(), entry));
        }
        all &= number.isPresent();
        number.ifPresent(value -> known.add("" + value));
      }
    }
    if (all) {
      in.unknown(FaultCode.E09, "irq", "no interrupt has number " + irq, "" + irq, known);
    }
    return Optional.empty();
  }
}
