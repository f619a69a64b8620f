package irqlab.pcie.root;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The ports by which software drives INIT# of the CPUs, as plain code: the system control port 0x92
 * (a rise of bit 0), the keyboard controller (command 0xFE, or 0xD1 and then bit 0 clear in its
 * output port), and the reset control register 0xCF9 (a rise of bit 2 with bit 1 clear).
 *
 * <p>Source: Intel ICH9 datasheet (316972), "PORT92", "RST_CNT - Reset Control Register", "INIT#
 * Generation"; CPU-011.
 *
 * <p><b>Not modelled:</b> the hard reset of 0xCF9 (bit 1 set) does nothing; the A20 gates; all else
 * of the keyboard controller.
 */
final class ResetPorts {
  static final int CONTROL = 0x92;
  static final int KEYBOARD_DATA = 0x60;
  static final int KEYBOARD_COMMAND = 0x64;
  static final int RESET_CONTROL = 0xCF9;

  private static final int PULSE_RESET = 0xFE;
  private static final int WRITE_OUTPUT_PORT = 0xD1;
  private static final int FAST_INIT = 1;
  private static final int NOT_RESET = 1;
  private static final int RESET_CPU = 4;
  private static final int HARD = 2;

  private int control;
  private int resetControl;
  private boolean outputPortNext;

  /** True when the port is one of these. */
  static boolean has(int port) {
    return port == CONTROL
        || port == KEYBOARD_DATA
        || port == KEYBOARD_COMMAND
        || port == RESET_CONTROL;
  }

  /** A write of 8 bits to one of the ports; true when INIT# is pulsed. */
  boolean write(int port, int value) {
    int before;
    switch (port) {
      case CONTROL:
        before = control;
        control = value & 0xFF;
        return rises(before, value, FAST_INIT);
      case RESET_CONTROL:
        before = resetControl;
        resetControl = value & 0xFF;
        return rises(before, value, RESET_CPU) && (value & HARD) == 0;
      case KEYBOARD_COMMAND:
        outputPortNext = value == WRITE_OUTPUT_PORT;
        return value == PULSE_RESET;
      default:
        boolean outputPort = outputPortNext;
        outputPortNext = false;
        return outputPort && (value & NOT_RESET) == 0;
    }
  }

  private static boolean rises(int before, int value, int bit) {
    return (value & ~before & bit) != 0;
  }

  /** What a port reads; the keyboard controller has nothing to say. */
  int read(int port) {
    return port == CONTROL ? control : port == RESET_CONTROL ? resetControl : 0;
  }

  void save(StateWriter out) {
    out.putInt(control);
    out.putInt(resetControl);
    out.putBoolean(outputPortNext);
  }

  void load(StateReader in) {
    control = in.getInt();
    resetControl = in.getInt();
    outputPortNext = in.getBoolean();
  }
}
