package irqlab.cpu.core;

import irqlab.observe.Probe;
import irqlab.runtime.Rng;

/** What a {@link Program} and the {@link Software} of a core see of it. */
public interface CoreView {
  /** The CPU's number, from 0. */
  int cpu();

  /** Machine time in picoseconds. */
  long nowPs();

  /** Word {@code index}, 0 to 7, of the line that the last LOAD_LINE brought. */
  long line(int index);

  /** Result {@code index}, 0 to 2, of the last CALL. */
  long reply(int index);

  /** True when the last access raised #GP or #PF. */
  boolean faulted();

  /** The core's random stream. */
  Rng rng();

  /** Where fates and counts go. */
  Probe probe();

  /** Sends a message to the kernel that is not answered; posted. */
  void tell(int what, long a, long b, long c, long d);
}
