package irqlab.topology;

import irqlab.protocol.MemoryMap;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What has to fit together in a machine, once each setting by itself is right. */
final class TopologyChecks {
  /** VEC-004: device vectors of each CPU, with 0x32 and 0x80 left out. */
  private static final int VECTORS_PER_CPU = 201;

  private static final int XAPIC_ID_MAX = 254;

  private final Topology topology;
  private final Section machine;
  private final List<Section> legacy;
  private final List<Section> endpoints;

  /** For a machine and the sections that it was read from, device by device. */
  TopologyChecks(
      Topology topology, Section machine, List<Section> legacy, List<Section> endpoints) {
    this.topology = topology;
    this.machine = machine;
    this.legacy = legacy;
    this.endpoints = endpoints;
  }

  void check() {
    checkApicIds();
    checkIoApics();
    checkNames();
    checkAddresses();
    checkPins();
    checkNumbers();
    checkCpus();
    checkVectors();
    checkRings();
    checkPlacement();
  }

  private void checkApicIds() {
    int last = topology.apicId(topology.cpus() - 1);
    if (topology.lapic().mode() == LapicSpec.Mode.XAPIC && last > XAPIC_ID_MAX) {
      Section lapic = machine.section("lapic", "the LAPICs").orElse(machine);
      lapic.fault(
          FaultCode.E40,
          "mode",
          "an 8-bit id reaches 254, and CPU "
              + (topology.cpus() - 1)
              + " would have "
              + last
              + " (cpus = "
              + topology.cpus()
              + ")",
          "write   mode = x2apic   or at most   cpus = "
              + Math.max(1, XAPIC_ID_MAX + 1 - topology.lapic().idBase()));
    }
  }

  private void checkIoApics() {
    List<IoApicSpec> chips = topology.ioApics();
    for (int next = 1; next < chips.size(); next++) {
      for (int earlier = 0; earlier < next; earlier++) {
        IoApicSpec a = chips.get(earlier);
        IoApicSpec b = chips.get(next);
        if (a.id() == b.id()) {
          machine.fault(
              FaultCode.E11, "io-apics", "two of them have id " + a.id(), "give each its own id");
        }
        if (a.gsiBase() < b.gsiBase() + b.pins() && b.gsiBase() < a.gsiBase() + a.pins()) {
          machine.fault(
              FaultCode.E21,
              "io-apics",
              "the pins of " + a.id() + " and " + b.id() + " have the same GSIs",
              "write   gsi-base = " + (a.gsiBase() + a.pins()) + "   for " + b.id());
        }
      }
    }
  }

  private void checkNames() {
    Map<String, String> seen = new TreeMap<>();
    for (int index = 0; index < legacy.size(); index++) {
      LegacySpec source = topology.legacy().get(index);
      String free = source.id() + "-" + source.irq();
      once(seen, source.id(), legacy.get(index), legacy.get(index).has("id") ? "id" : "name", free);
    }
    for (int index = 0; index < endpoints.size(); index++) {
      String name = topology.endpoints().get(index).name();
      once(seen, name, endpoints.get(index), "name", name + "b");
    }
  }

  private static void once(
      Map<String, String> seen, String name, Section section, String key, String free) {
    String earlier = seen.putIfAbsent(name, section.spotOf(key).at());
    if (earlier != null && !name.isEmpty()) {
      String other = key.equals("name") && section.has("irq") ? "id" : key;
      section.fault(
          FaultCode.E11,
          key,
          "\"" + name + "\" is the name of " + earlier + " already",
          "write   " + other + " = \"" + free + "\"");
    }
  }

  private void checkAddresses() {
    Map<Bdf, Integer> seen = new TreeMap<>();
    for (int index = 0; index < endpoints.size(); index++) {
      EndpointSpec endpoint = topology.endpoints().get(index);
      Integer earlier = seen.putIfAbsent(endpoint.bdf(), index);
      if (earlier != null) {
        Bdf free = endpoint.bdf();
        while (seen.containsKey(free)) {
          free = Bdf.ofRequesterId(free.domain(), free.requesterId() + 8 & 0xffff);
        }
        Section other = endpoints.get(earlier);
        endpoints
            .get(index)
            .fault(
                FaultCode.E20,
                "bdf",
                endpoint.bdf().shortText()
                    + " is "
                    + topology.endpoints().get(earlier).name()
                    + " ("
                    + other.spotOf("bdf").at()
                    + ")",
                "write   bdf = \"" + free.shortText() + "\"");
      }
    }
  }

  /** One source of a pin, with the place where it was named. */
  private record OnPin(int gsi, int irq, Trigger trigger, Section section, String key) {}

  private void checkPins() {
    List<OnPin> pins = new ArrayList<>();
    for (int index = 0; index < legacy.size(); index++) {
      LegacySpec source = topology.legacy().get(index);
      String key = legacy.get(index).has("gsi") ? "gsi" : "irq";
      pins.add(new OnPin(source.gsi(), source.irq(), source.trigger(), legacy.get(index), key));
    }
    for (int index = 0; index < endpoints.size(); index++) {
      OptionalInt gsi = topology.endpoints().get(index).gsi();
      if (gsi.isPresent()) {
        int irq = topology.endpoints().get(index).vectors().get(0).irq().orElse(gsi.getAsInt());
        pins.add(new OnPin(gsi.getAsInt(), irq, Trigger.LEVEL, endpoints.get(index), "intx"));
      }
    }
    Map<Integer, OnPin> byGsi = new TreeMap<>();
    for (OnPin pin : pins) {
      if (topology.ioApicOf(pin.gsi()).isEmpty() && !topology.ioApics().isEmpty()) {
        String most = "the pins end at GSI " + (topology.gsiTop() - 1);
        pin.section()
            .fault(FaultCode.E22, pin.key(), pin.gsi() + ", but " + most, "add an IO-APIC");
      }
      OnPin other = byGsi.putIfAbsent(pin.gsi(), pin);
      if (other != null) {
        checkSharing(other, pin);
      }
    }
  }

  private static void checkSharing(OnPin first, OnPin second) {
    String where = first.section().spotOf(first.key()).at();
    if (first.irq() != second.irq()) {
      second
          .section()
          .fault(
              FaultCode.E21,
              second.key(),
              "irq "
                  + second.irq()
                  + " and irq "
                  + first.irq()
                  + " ("
                  + where
                  + ") are both on pin "
                  + second.gsi(),
              "give one of them another gsi, or both the same irq");
    } else if (first.trigger() == Trigger.EDGE || second.trigger() == Trigger.EDGE) {
      String both = first.trigger() == second.trigger() ? "both edge" : "triggers differ";
      second
          .section()
          .fault(
              FaultCode.E21,
              second.key(),
              "pin " + second.gsi() + " is taken by " + where + ", " + both,
              "a shared pin must be level on both: write   trigger = level   on each");
    }
  }

  private void checkNumbers() {
    Map<Integer, Integer> pinOfIrq = new TreeMap<>();
    for (int index = 0; index < legacy.size(); index++) {
      LegacySpec source = topology.legacy().get(index);
      Integer gsi = pinOfIrq.putIfAbsent(source.irq(), source.gsi());
      if (gsi != null && gsi != source.gsi()) {
        legacy
            .get(index)
            .fault(
                FaultCode.E23, "irq", source.irq() + " is the irq of pin " + gsi + " already", "");
      }
    }
    Map<Integer, String> seen = new TreeMap<>();
    for (int index = 0; index < endpoints.size(); index++) {
      EndpointSpec endpoint = topology.endpoints().get(index);
      for (VectorSpec vector : endpoint.vectors()) {
        if (vector.irq().isPresent() && endpoint.gsi().isEmpty()) {
          checkNumber(vector.irq().getAsInt(), endpoint, endpoints.get(index), pinOfIrq, seen);
        }
      }
    }
  }

  private void checkNumber(
      int irq,
      EndpointSpec endpoint,
      Section section,
      Map<Integer, Integer> pins,
      Map<Integer, String> seen) {
    String key =
        section.has("irqs") ? "irqs" : section.has("admin-irq") ? "admin-irq" : "first-irq";
    int lowest = topology.arch() == Arch.X86 ? topology.gsiTop() : 1;
    int highest = topology.irqNumbers() - 1;
    String other = seen.putIfAbsent(irq, endpoint.name());
    if (pins.containsKey(irq)) {
      other = "a legacy device";
    }
    if (other != null) {
      section.fault(FaultCode.E23, key, irq + " is the irq of " + other + " already", "");
    } else if (irq < lowest) {
      section.fault(
          FaultCode.E24,
          key,
          irq + ", but numbers below " + lowest + " belong to pins",
          "write   " + key + " = " + lowest + "   or more");
    } else if (irq > highest && topology.arch() == Arch.X86 && section.has(key)) {
      section.fault(FaultCode.E08, key, irq + ", but this machine has irqs up to " + highest, "");
    }
  }

  private void checkCpus() {
    for (int index = 0; index < legacy.size(); index++) {
      checkCpu(legacy.get(index), topology.legacy().get(index).cpu());
    }
    for (int index = 0; index < endpoints.size(); index++) {
      for (VectorSpec vector : topology.endpoints().get(index).vectors()) {
        checkCpu(endpoints.get(index), vector.cpu());
      }
    }
  }

  private void checkCpu(Section section, OptionalInt cpu) {
    if (cpu.isPresent() && cpu.getAsInt() >= topology.cpus()) {
      section.fault(
          FaultCode.E31, "cpu", cpu.getAsInt() + ", but " + existing(), raise(cpu.getAsInt()));
    }
  }

  private String existing() {
    int last = topology.cpus() - 1;
    return "this machine has CPU" + (last == 0 ? " 0" : "s 0-" + last);
  }

  private String raise(int cpu) {
    return "write   cpu = "
        + (topology.cpus() - 1)
        + "   or raise machine.cpus ("
        + machine.spotOf("cpus").at()
        + ") to "
        + (cpu + 1);
  }

  /**
   * VEC-010, VEC-020: a managed queue takes a vector on each CPU of its mask, others one in all.
   */
  private void checkVectors() {
    long room = (long) VECTORS_PER_CPU * topology.cpus();
    long taken = legacy.size();
    long numbers = (long) topology.irqNumbers() - topology.gsiTop();
    for (int index = 0; index < endpoints.size(); index++) {
      EndpointSpec endpoint = topology.endpoints().get(index);
      int spread = 0;
      for (int entry = 0; entry < endpoint.vectors().size(); entry++) {
        spread += endpoint.managed(entry) ? 1 : 0;
      }
      int plain = endpoint.vectors().size() - spread;
      taken += plain + (spread == 0 ? 0 : Math.max(spread, topology.cpus()));
      numbers -= endpoint.vectors().size();
      if (taken > room || numbers < 0) {
        String found =
            taken > room
                ? taken + " vectors are needed, and the CPUs have " + room
                : "more irq numbers are needed than the machine has, " + topology.irqNumbers();
        endpoints
            .get(index)
            .fault(
                FaultCode.E12,
                endpoint.kind() == EndpointKind.NVME ? "queues" : "name",
                "with this device " + found,
                "use fewer devices or queues, or more CPUs");
        return;
      }
    }
  }

  private void checkRings() {
    long room = MemoryMap.BARS - MemoryMap.RINGS;
    long taken = 0;
    for (int index = 0; index < endpoints.size(); index++) {
      taken += topology.endpoints().get(index).ringBytes();
      if (taken > room) {
        endpoints
            .get(index)
            .fault(
                FaultCode.E12,
                "queues",
                "with this controller the queues take "
                    + (taken >> 20)
                    + " MiB, and host memory has "
                    + (room >> 20)
                    + " MiB for them",
                "use fewer queues, or a smaller queue-depth");
        return;
      }
    }
  }

  private void checkPlacement() {
    Optional<Section> given = machine.section("placement", "the placement");
    if (given.isEmpty()) {
      return;
    }
    Placement placement = topology.placement();
    checkShares(given.get(), "cpu-nodes", placement.cpuNodes(), true);
    checkShares(given.get(), "pcie-nodes", placement.pcieNodes(), false);
    checkShares(given.get(), "io-apics", placement.ioApicNodes(), false);
  }

  private void checkShares(Section placement, String key, List<NodeShare> shares, boolean cpus) {
    Optional<Section> section = placement.section(key, "a share for each node");
    int nodes = topology.placement().nodes();
    for (NodeShare share : shares) {
      Section in = section.orElse(placement);
      boolean exists = share.node().matches("node[1-9]\\d{0,2}");
      if (!exists || Integer.parseInt(share.node().substring(4)) > nodes) {
        String last = nodes == 1 ? "" : " to node" + nodes;
        String found = "with nodes = " + nodes + " there is node1" + last;
        in.fault(FaultCode.E32, share.node(), found, "raise   nodes   or name one of these");
      }
      if (cpus && !share.members().equals("*")) {
        checkCpuShare(in, share);
      }
    }
  }

  private void checkCpuShare(Section in, NodeShare share) {
    Optional<List<Integer>> cpus = CpuList.parse(share.members());
    if (cpus.isEmpty()) {
      String found = "\"" + share.members() + "\" is no list of CPUs";
      in.fault(FaultCode.E13, share.node(), found, "write   \"0-3,8\"");
    } else if (cpus.get().get(cpus.get().size() - 1) >= topology.cpus()) {
      int last = cpus.get().get(cpus.get().size() - 1);
      in.fault(
          FaultCode.E31,
          share.node(),
          "\"" + share.members() + "\", but " + existing(),
          "end at "
              + (topology.cpus() - 1)
              + "   or raise machine.cpus ("
              + machine.spotOf("cpus").at()
              + ") to "
              + (last + 1));
    }
  }
}
