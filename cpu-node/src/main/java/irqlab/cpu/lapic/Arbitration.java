package irqlab.cpu.lapic;

/** Who is next among the requests of one local APIC. */
public enum Arbitration {
  /** The highest vector, as real parts do (LAPIC-011); a higher class preempts (LAPIC-009). */
  PRIORITY,
  /**
   * The one that came first, and nothing preempts: no real part does this. It shows what priorities
   * are worth. A class not above the task priority still waits.
   */
  FIFO
}
