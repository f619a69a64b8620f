package irqlab.cpu.linux;

import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.List;

/** What writers of smp_affinity were answered, the first {@value #KEPT} of them. */
final class AffinityLog {
  static final int KEPT = 1000;

  private record Entry(int irq, CpuMask mask, int errno, long atPs) {}

  private final List<Entry> entries = new ArrayList<>();
  private long left;

  void add(int irq, CpuMask mask, Errno errno, long atPs) {
    if (entries.size() == KEPT) {
      left++;
      return;
    }
    entries.add(new Entry(irq, mask, errno == null ? 0 : errno.number(), atPs));
  }

  void inspect(Inspector out, int cpus) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      String name = "affinity." + i;
      out.value(name + ".irq", entry.irq);
      out.text(name + ".mask", entry.mask.hex(cpus));
      out.value(name + ".errno", entry.errno);
      out.value(name + ".ps", entry.atPs);
    }
    out.value("affinity.left_out", left);
  }

  void save(StateWriter out) {
    out.putLong(left);
    out.putInt(entries.size());
    for (Entry entry : entries) {
      out.putInt(entry.irq);
      entry.mask.save(out::putLong);
      out.putInt(entry.errno);
      out.putLong(entry.atPs);
    }
  }

  void load(StateReader in) {
    entries.clear();
    left = in.getLong();
    for (int more = in.count(16); more > 0; more--) {
      entries.add(new Entry(in.getInt(), CpuMask.load(in::getLong), in.getInt(), in.getLong()));
    }
  }
}
