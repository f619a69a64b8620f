package irqlab.pcie.endpoint.nvme;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Interrupt coalescing (features 08h and 09h): an interrupt of an I/O queue waits for so many
 * completions, or for a time from the first (E-10).
 *
 * <pre>
 * feature 08h   threshold less one 7:0, time in 100 us 15:8
 * </pre>
 */
final class Coalescing {
  private static final long UNIT_PS = 100_000_000;

  private final boolean[] disabled;
  private int value;

  Coalescing(int vectors) {
    disabled = new boolean[vectors];
  }

  void set(int newValue) {
    value = newValue;
  }

  int value() {
    return value;
  }

  void disable(int vector, boolean off) {
    disabled[vector] = off;
  }

  boolean disabled(int vector) {
    return disabled[vector];
  }

  /** Whether completions of this queue are gathered: never those of the admin queue. */
  boolean applies(CompletionQueue queue) {
    return value != 0
        && threshold() > 1
        && timePs() > 0
        && queue.id != 0
        && !disabled[queue.vector];
  }

  int threshold() {
    return (value & 0xFF) + 1;
  }

  long timePs() {
    return (value >>> 8) * UNIT_PS;
  }

  void reset() {
    value = 0;
    java.util.Arrays.fill(disabled, false);
  }

  void save(StateWriter out) {
    out.putInt(value);
    for (boolean each : disabled) {
      out.putBoolean(each);
    }
  }

  void load(StateReader in) {
    value = in.getInt();
    for (int vector = 0; vector < disabled.length; vector++) {
      disabled[vector] = in.getBoolean();
    }
  }
}
