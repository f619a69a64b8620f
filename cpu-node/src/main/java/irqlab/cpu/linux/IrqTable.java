package irqlab.cpu.linux;

import irqlab.protocol.MemoryMap;
import irqlab.topology.EndpointKind;
import irqlab.topology.EndpointSpec;
import irqlab.topology.HandlerSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.MsiKind;
import irqlab.topology.Topology;
import irqlab.topology.Trigger;
import irqlab.topology.VectorSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The interrupts of a machine by Linux number: 0 to 15 legacy, pins by their GSI, messages from the
 * number of GSIs on, lowest free number first (IRQ-005, recorded rule 11). Immutable, so that all
 * CPUs and the kernel share one.
 */
public final class IrqTable {
  private final TreeMap<Integer, IrqSource> byIrq = new TreeMap<>();
  private final int[][] endpointIrqs;

  // Host address of the first queue of each endpoint, and entries of each of its queues.
  private final long[] firstRing;
  private final int[] depth;

  /** The interrupts of this machine. */
  public IrqTable(Topology topology) {
    List<LegacySpec> legacy = topology.legacy();
    for (int i = 0; i < legacy.size(); i++) {
      addLegacy(legacy.get(i), i);
    }
    endpointIrqs = new int[topology.endpoints().size()][];
    firstRing = new long[endpointIrqs.length];
    depth = new int[endpointIrqs.length];
    long ring = MemoryMap.RINGS;
    for (int i = 0; i < endpointIrqs.length; i++) {
      EndpointSpec spec = topology.endpoints().get(i);
      firstRing[i] = ring;
      depth[i] = spec.queueDepth();
      ring += spec.ringBytes();
    }
    for (int i = 0; i < endpointIrqs.length; i++) {
      addEndpoint(topology, topology.endpoints().get(i), i);
    }
  }

  /** The interrupt of this number, or null. */
  public IrqSource find(int irq) {
    return byIrq.get(irq);
  }

  /** All, in ascending order of number. */
  public Collection<IrqSource> all() {
    return byIrq.values();
  }

  /** The numbers of an endpoint's entries, entry n at index n. */
  public int[] ofEndpoint(int device) {
    return endpointIrqs[device].clone();
  }

  /**
   * Host address of a queue of a controller.
   *
   * @param queue 0 for the admin queue
   * @param submission true for the submission queue, false for the completion queue
   */
  long ring(int device, int queue, boolean submission) {
    long completion = MemoryMap.completionBytes(depth[device]);
    long both = completion + MemoryMap.submissionBytes(depth[device]);
    return firstRing[device] + queue * both + (submission ? completion : 0);
  }

  private void addLegacy(LegacySpec spec, int index) {
    List<IrqAction> actions = new ArrayList<>();
    for (String name : spec.names()) {
      // The first device drives the pin; those that share it find nothing to do.
      IrqAction.Driver driver =
          actions.isEmpty() && spec.trigger() == Trigger.LEVEL
              ? IrqAction.Driver.DRAIN
              : IrqAction.Driver.COUNT;
      HandlerSpec handler = actions.isEmpty() ? spec.handler() : HandlerSpec.DEFAULT;
      actions.add(new IrqAction(name, driver, handler, MemoryMap.legacy(index), 0, 0, 0));
    }
    add(
        new IrqSource(
            spec.irq(),
            IrqSource.Kind.PIN,
            spec.trigger(),
            index,
            spec.gsi(),
            false,
            spec.cpu(),
            actions));
  }

  private void addEndpoint(Topology topology, EndpointSpec spec, int index) {
    int count = spec.vectors().size();
    endpointIrqs[index] = new int[count];
    for (int entry = 0; entry < count; entry++) {
      VectorSpec vector = spec.vectors().get(entry);
      boolean pin = spec.msi() == MsiKind.INTX;
      int irq =
          pin
              ? spec.gsi().orElseThrow()
              : vector.irq().orElseGet(() -> firstFree(topology.gsiTop()));
      endpointIrqs[index][entry] = irq;
      IrqSource source =
          new IrqSource(
              irq,
              pin
                  ? IrqSource.Kind.PIN
                  : spec.msi() == MsiKind.MSI ? IrqSource.Kind.MSI : IrqSource.Kind.MSI_X,
              pin ? Trigger.LEVEL : Trigger.EDGE,
              index,
              pin ? spec.gsi().orElseThrow() : entry,
              spec.managed(entry),
              vector.cpu(),
              actions(spec, vector, index, entry));
      add(source);
    }
  }

  private List<IrqAction> actions(EndpointSpec spec, VectorSpec vector, int index, int entry) {
    boolean nvme = spec.kind() == EndpointKind.NVME;
    boolean drain = spec.msi() == MsiKind.INTX || spec.handler().drainCostPs() > 0;
    List<IrqAction> actions = new ArrayList<>();
    for (String name : vector.names()) {
      boolean first = actions.isEmpty();
      IrqAction.Driver driver =
          nvme && first
              ? IrqAction.Driver.NVME
              : drain && first ? IrqAction.Driver.DRAIN : IrqAction.Driver.COUNT;
      actions.add(
          new IrqAction(
              name,
              driver,
              first ? spec.handler() : HandlerSpec.DEFAULT,
              MemoryMap.bar(index),
              entry,
              nvme ? ring(index, entry, false) : 0,
              nvme ? spec.queueDepth() : 0));
    }
    return actions;
  }

  private void add(IrqSource source) {
    IrqSource there = byIrq.get(source.irq());
    if (there == null) {
      byIrq.put(source.irq(), source);
      return;
    }
    if (source.kind() != IrqSource.Kind.PIN || there.kind() != IrqSource.Kind.PIN) {
      throw new IllegalArgumentException("irq=" + source.irq() + " is there twice");
    }
    List<IrqAction> both = new ArrayList<>(there.actions());
    both.addAll(source.actions());
    OptionalInt cpu = there.cpu().isPresent() ? there.cpu() : source.cpu();
    byIrq.put(
        there.irq(),
        new IrqSource(
            there.irq(),
            there.kind(),
            Trigger.LEVEL,
            there.device(),
            there.entry(),
            false,
            cpu,
            both));
  }

  private int firstFree(int from) {
    int irq = from;
    while (byIrq.containsKey(irq)) {
      irq++;
    }
    return irq;
  }
}
