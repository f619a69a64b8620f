package irqlab.topology;

import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads one element of {@code endpoints}, which may stand for several functions. */
final class EndpointReader {
  private static final int MSI_X_MAX = 2048;
  private static final int FIRST_DEVICE = 4;

  private final Section in;
  private final List<EndpointSpec> before;

  EndpointReader(Section in, List<EndpointSpec> before) {
    this.in = in;
    this.before = before;
  }

  List<EndpointSpec> read() {
    List<EndpointKind> kinds = List.of(EndpointKind.values());
    EndpointKind kind = in.choice("kind", kinds, EndpointKind::text, EndpointKind.GENERIC);
    Section one = in.as("an endpoint of kind " + kind.text());
    if (kind == EndpointKind.NVME) {
      one.only(
          "name",
          "bdf",
          "kind",
          "msi-x",
          "queues",
          "queue-depth",
          "admin-irq",
          "affinity",
          "handler",
          "cpu",
          "irqs",
          "hwirqs",
          "names",
          "chip",
          "count");
    } else {
      one.only(
          "name",
          "bdf",
          "kind",
          "msi-x",
          "msi",
          "intx",
          "vectors",
          "queue-depth",
          "first-irq",
          "affinity",
          "handler",
          "cpu",
          "irqs",
          "hwirqs",
          "names",
          "chip",
          "count");
    }
    String name = Names.id(in, "name", one.required("name", "name = nvme0"));
    int count = in.integer("count", 1, 1024, 1);
    List<EndpointSpec> all = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      String each = count == 1 && !in.has("count") ? name : name + index;
      all.add(endpoint(each, kind, address(index), index));
    }
    return all;
  }

  private Bdf address(int index) {
    int place = before.size() + index + FIRST_DEVICE;
    Bdf next = new Bdf(0, place / 32 & 0xff, place % 32, 0);
    if (!in.has("bdf")) {
      return next;
    }
    String text = in.text("bdf", "");
    Optional<Bdf> bdf = Bdf.parse(text);
    if (bdf.isEmpty()) {
      in.fault(
          FaultCode.E07,
          "bdf",
          "\"" + text + "\" is no bus:device.function, two hex digits each and a digit to 7",
          "write   bdf = \"" + next.shortText() + "\"");
      return next;
    }
    Bdf first = bdf.get();
    int device = first.device() + index;
    return new Bdf(first.domain(), first.bus() + device / 32 & 0xff, device % 32, first.function());
  }

  private EndpointSpec endpoint(String name, EndpointKind kind, Bdf bdf, int copy) {
    MsiKind msi = in.has("intx") ? MsiKind.INTX : in.has("msi") ? MsiKind.MSI : MsiKind.MSI_X;
    int queues = kind == EndpointKind.NVME ? in.integer("queues", 1, MSI_X_MAX - 1, 1) : 0;
    List<String> labels = labels(kind, msi, queues);
    int table = tableSize(msi, labels.size());
    if (msi == MsiKind.MSI && labels.size() > 1) {
      in.fault(
          FaultCode.E12,
          "msi",
          labels.size() + " vectors, but without interrupt remapping Linux grants one MSI message",
          "write   msi-x = " + labels.size());
    } else if (labels.size() > table) {
      tooMany(kind, msi, queues, labels.size(), table);
      labels = labels.subList(0, table);
    }
    Affinity usual = kind == EndpointKind.NVME ? Affinity.MANAGED : Affinity.NONE;
    return new EndpointSpec(
        name,
        bdf,
        kind,
        msi,
        table,
        Math.min(queues, Math.max(table - 1, 0)),
        in.integer("queue-depth", 1, 65535, 1023),
        in.choice("affinity", List.of(Affinity.values()), Affinity::text, usual),
        vectors(name, kind, labels, copy),
        in.integer("intx", 0, 4335),
        MachineReader.handler(in),
        in.text("chip", ""));
  }

  /** What loads call the vectors, in the order of the table. */
  private List<String> labels(EndpointKind kind, MsiKind msi, int queues) {
    int count;
    if (kind == EndpointKind.NVME) {
      count = queues + 1;
    } else if (msi == MsiKind.INTX || (msi == MsiKind.MSI && !in.has("vectors"))) {
      // AFF-003: of several MSI messages Linux uses one, unless there is interrupt remapping.
      count = 1;
    } else if (!in.has("vectors")) {
      count = tableSize(msi, 1);
    } else if (in.isList("vectors")) {
      List<String> given = in.texts("vectors");
      distinct(given);
      return given.isEmpty() ? List.of("q0") : given;
    } else {
      count = in.integer("vectors", 1, MSI_X_MAX, 1);
    }
    List<String> labels = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      labels.add("q" + index);
    }
    return labels;
  }

  private void distinct(List<String> labels) {
    if (labels.isEmpty() || labels.stream().distinct().count() < labels.size()) {
      in.fault(FaultCode.E11, "vectors", "each vector needs a name of its own", "");
    }
    for (String label : labels) {
      Names.id(in, "vectors", label);
    }
  }

  private int tableSize(MsiKind msi, int needed) {
    long ways = Stream.of("msi-x", "msi", "intx").filter(in::has).count();
    if (ways > 1) {
      in.fault(
          FaultCode.E13, msi.text(), "a function interrupts in one way: msi-x, msi or intx", "");
    }
    if (msi == MsiKind.INTX) {
      return 1;
    }
    if (msi == MsiKind.MSI_X) {
      return in.integer("msi-x", 1, MSI_X_MAX, needed);
    }
    int messages = in.integer("msi", 1, 32, 1);
    if (Integer.bitCount(messages) != 1) {
      in.fault(
          FaultCode.E08,
          "msi",
          messages + " messages, but MSI has 1, 2, 4, 8, 16 or 32",
          "write   msi = " + Math.min(32, Integer.highestOneBit(messages) * 2));
    }
    return messages;
  }

  private void tooMany(EndpointKind kind, MsiKind msi, int queues, int needed, int table) {
    boolean nvme = kind == EndpointKind.NVME;
    String need = nvme ? queues + " I/O queues and 1 admin queue" : needed + " vectors";
    String less = nvme ? "queues = " + Math.max(1, table - 1) : "name " + table + " vectors";
    int more = msi == MsiKind.MSI_X ? needed : Integer.highestOneBit(needed * 2 - 1);
    in.fault(
        FaultCode.E12,
        msi.text(),
        need + " need " + needed + " entries, the table has " + table,
        "either   " + less + "   or   " + msi.text() + " = " + more);
  }

  private List<VectorSpec> vectors(String name, EndpointKind kind, List<String> labels, int copy) {
    List<String> names = in.texts("names");
    List<Long> irqs = in.numbers("irqs", 0, 65535);
    List<Long> hwirqs = in.numbers("hwirqs", -1, Long.MAX_VALUE);
    if (in.has("intx") && (in.has("irqs") || in.has("first-irq"))) {
      String key = in.has("irqs") ? "irqs" : "first-irq";
      in.fault(
          FaultCode.E13, key, "an INTx device has the irq of its pin", "leave " + key + " out");
    }
    fits("names", names.size(), labels.size());
    fits("irqs", irqs.size(), labels.size());
    fits("hwirqs", hwirqs.size(), labels.size());
    String first = kind == EndpointKind.NVME ? "admin-irq" : "first-irq";
    OptionalInt firstIrq = in.integer(first, 1, 65535);
    List<OptionalInt> cpus = cpus(labels);
    List<VectorSpec> vectors = new ArrayList<>();
    for (int index = 0; index < labels.size(); index++) {
      String label = labels.get(index);
      String usual = usualName(name, kind, label, labels.size());
      String text = index < names.size() ? names.get(index) : usual;
      OptionalInt irq =
          index < irqs.size() && irqs.get(index) > 0
              ? OptionalInt.of(irqs.get(index).intValue() + copy * labels.size())
              : OptionalInt.empty();
      if (firstIrq.isPresent() && irqs.isEmpty()) {
        irq = OptionalInt.of(firstIrq.getAsInt() + copy * labels.size() + index);
      }
      OptionalLong hwirq =
          index < hwirqs.size() && hwirqs.get(index) >= 0
              ? OptionalLong.of(hwirqs.get(index))
              : OptionalLong.empty();
      List<String> actions = Names.actions(in, "names", text);
      vectors.add(new VectorSpec(label, actions, irq, cpus.get(index), hwirq));
    }
    return vectors;
  }

  private static String usualName(String name, EndpointKind kind, String label, int vectors) {
    if (kind == EndpointKind.NVME) {
      return name + label;
    }
    return vectors == 1 ? name : name + "-" + label;
  }

  private void fits(String key, int given, int vectors) {
    if (in.has(key) && given != vectors) {
      in.fault(
          FaultCode.E12,
          key,
          given + " given for " + vectors + " vectors",
          "give one for each vector, or leave " + key + " out");
    }
  }

  /** {@code cpu = 3} for all, or {@code cpu { "input.0" = 3 }} for some. */
  private List<OptionalInt> cpus(List<String> labels) {
    List<OptionalInt> cpus = new ArrayList<>();
    boolean each = in.has("cpu") && in.isObject("cpu");
    Optional<Section> section = each ? in.section("cpu", "a CPU for vectors") : Optional.empty();
    if (section.isPresent()) {
      for (String key : section.get().keys()) {
        if (!labels.contains(key)) {
          String found = "no vector is called \"" + key + "\"; quote a name with a dot";
          section.get().unknown(FaultCode.E09, key, found, key, labels);
        }
      }
    }
    OptionalInt all = each ? OptionalInt.empty() : in.integer("cpu", 0, CpuList.CPU_MAX);
    for (String label : labels) {
      cpus.add(section.isPresent() ? section.get().integer(label, 0, CpuList.CPU_MAX) : all);
    }
    return cpus;
  }
}
