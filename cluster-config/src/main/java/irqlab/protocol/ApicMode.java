package irqlab.protocol;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;

/** The mode of a local APIC by IA32_APIC_BASE bits 11 (EN) and 10 (EXTD). */
public enum ApicMode {
  /** Globally disabled. */
  DISABLED,
  /** Registers in a page of memory, 8-bit ids. */
  XAPIC,
  /** Registers as MSRs, 32-bit ids. */
  X2APIC;

  private static final ApicMode[] BY_CODE = values();

  /** The stable number, 0 to 2. */
  public int code() {
    return ordinal();
  }

  /** The mode of this number. */
  public static ApicMode of(int code) {
    return BY_CODE[code];
  }

  static ApicMode read(StateReader in) {
    int code = in.getByte();
    if (code >= BY_CODE.length) {
      throw new MalformedStateException("apicMode=" + code + ": 0 to 2");
    }
    return BY_CODE[code];
  }
}
