package irqlab.cpu.lapic;

import irqlab.observe.InterruptId;
import irqlab.observe.Probe;
import irqlab.protocol.DeliveryMode;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Names for the interrupts that a local APIC raises itself. Entries of {@link InterruptId}: 0 to
 * 255 IPIs by vector, 256 to 263 IPIs without one by delivery mode, from 264 the local vector table
 * in the order of {@link LvtEntry}.
 */
final class Raises {
  private static final int MODES = 256;
  private static final int LOCAL = 264;

  private final int component;
  private final int[] raised = new int[LOCAL + LvtEntry.count()];

  Raises(int component) {
    this.component = component;
  }

  long ipi(DeliveryMode mode, int vector, Probe probe) {
    boolean named = mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY;
    return raise(named ? vector : MODES + mode.code(), probe);
  }

  long local(LvtEntry entry, Probe probe) {
    return raise(LOCAL + entry.ordinal(), probe);
  }

  private long raise(int entry, Probe probe) {
    long id = InterruptId.of(component, entry, Integer.toUnsignedLong(++raised[entry]));
    probe.raised(id);
    return id;
  }

  void save(StateWriter out) {
    out.putInts(raised);
  }

  void load(StateReader in) {
    int[] saved = in.getInts();
    System.arraycopy(saved, 0, raised, 0, raised.length);
  }
}
