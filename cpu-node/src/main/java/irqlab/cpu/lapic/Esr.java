package irqlab.cpu.lapic;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Error status: errors collect behind the register, and a write shows and restarts the collection
 * (LAPIC-020).
 *
 * <p>Source: SDM vol. 3, "Error Handling". <b>Not modelled:</b> checksum and accept errors of the
 * serial APIC bus, bits 3:0 (LAPIC-022).
 */
final class Esr {
  /** Bit 5: an ICR or SELF IPI write with a vector of 0 to 15 (LAPIC-005). */
  static final int SEND_ILLEGAL_VECTOR = 1 << 5;

  /** Bit 6: a message or local event with a vector of 0 to 15 (LAPIC-005). */
  static final int RECEIVE_ILLEGAL_VECTOR = 1 << 6;

  /** Bit 7: access to a reserved register in xAPIC mode (LAPIC-023). */
  static final int ILLEGAL_REGISTER = 1 << 7;

  private int collected;
  private int shown;

  /** Notes an error; true when it was not yet among those collected. */
  boolean note(int bit) {
    boolean fresh = (collected & bit) == 0;
    collected |= bit;
    return fresh;
  }

  /** A write of software; its value does not matter. */
  void written() {
    shown = collected;
    collected = 0;
  }

  int shown() {
    return shown;
  }

  int collected() {
    return collected;
  }

  void reset() {
    collected = 0;
    shown = 0;
  }

  void save(StateWriter out) {
    out.putInt(collected);
    out.putInt(shown);
  }

  void load(StateReader in) {
    collected = in.getInt();
    shown = in.getInt();
  }
}
