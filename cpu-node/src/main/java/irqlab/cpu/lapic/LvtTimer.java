package irqlab.cpu.lapic;

import irqlab.protocol.LapicMessage;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The timer of a local APIC: one-shot, periodic and TSC-deadline.
 *
 * <p>Times are exact: a count of n expires after n ticks of the divided bus clock (LT-004), and a
 * periodic timer stays on the grid of its first expiry without drift. It keeps the time of the next
 * expiry and derives the current count from it, so counting costs nothing.
 *
 * <p>Source: SDM vol. 3, "APIC Timer". <b>Not modelled:</b> the clock stopping in deep idle states;
 * TSC_ADJUST.
 */
final class LvtTimer {
  /** {@link LapicMessage.Alarm#what} of the timer's alarm. */
  static final int ALARM = 1;

  private final long tickPs;
  private final long tscTickPs;
  private int initial;
  private int divide;
  private int mode;
  private boolean counting;
  private long expiryPs;
  private long deadline;
  private long alarm;

  LvtTimer(long tickPs, long tscTickPs) {
    this.tickPs = tickPs;
    this.tscTickPs = tscTickPs;
  }

  /** LT-001: bits 3, 1 and 0; 000 divides by 2, 110 by 128, 111 by 1. */
  static int divisor(int divide) {
    int code = (divide & 8) >> 1 | (divide & 3);
    return code == 7 ? 1 : 2 << code;
  }

  int initial() {
    return initial;
  }

  int divide() {
    return divide;
  }

  /** Length of one count. */
  long unitPs() {
    return tickPs * divisor(divide);
  }

  /** Time of the next expiry, or -1 when it does not count. */
  long expiryPs() {
    return counting ? expiryPs : -1;
  }

  /** The armed deadline, 0 when none is. */
  long deadline() {
    return deadline;
  }

  /** The count that is left, rounded up: it falls by one at the end of each unit. */
  int current(long nowPs) {
    if (!counting || mode == Lvt.TSC_DEADLINE || nowPs >= expiryPs) {
      return 0;
    }
    return (int) ((expiryPs - nowPs + unitPs() - 1) / unitPs());
  }

  /** LT-002, LT-007: starts the count, or stops it with 0; ignored in TSC-deadline mode. */
  void writeInitial(int value, Io<LapicMessage> io) {
    if (mode >= Lvt.TSC_DEADLINE) {
      return;
    }
    stop(io);
    initial = value;
    if (value != 0) {
      expiryPs = io.nowPs() + Integer.toUnsignedLong(value) * unitPs();
      arm(io);
    }
  }

  /**
   * LT-009: the count that is left stays, and goes on at the new rate.
   *
   * <p>Model-specific: D-15; we do as KVM does.
   */
  void writeDivide(int value, Io<LapicMessage> io) {
    long before = divisor(divide);
    divide = value & 0xB;
    long after = divisor(divide);
    if (counting && mode != Lvt.TSC_DEADLINE && before != after) {
      long leftPs = expiryPs - io.nowPs();
      io.cancel(alarm);
      expiryPs = io.nowPs() + Math.max(1, (leftPs * after + before - 1) / before);
      arm(io);
    }
  }

  /**
   * LT-005, LT-006: between one-shot and periodic the count goes on; to or from TSC-deadline, or
   * the reserved mode 3, everything is disarmed.
   */
  void writeMode(int value, Io<LapicMessage> io) {
    if (value == mode) {
      return;
    }
    if (value >= Lvt.TSC_DEADLINE || mode >= Lvt.TSC_DEADLINE) {
      stop(io);
      initial = 0;
      deadline = 0;
    }
    mode = value;
  }

  /** LT-007: arms; true when the deadline has passed and the timer expires at once. */
  boolean writeDeadline(long value, Io<LapicMessage> io) {
    if (mode != Lvt.TSC_DEADLINE) {
      return false;
    }
    stop(io);
    deadline = 0;
    if (value == 0) {
      return false;
    }
    if (Long.compareUnsigned(value, io.nowPs() / tscTickPs) <= 0) {
      return true;
    }
    deadline = value;
    if (Long.compareUnsigned(value, Long.MAX_VALUE / tscTickPs) < 0) {
      expiryPs = value * tscTickPs;
      arm(io);
    }
    return false;
  }

  /** The alarm came: sets the next one of a periodic timer (LT-003, LT-008). */
  void expired(Io<LapicMessage> io) {
    alarm = 0;
    counting = false;
    deadline = 0;
    if (mode == Lvt.PERIODIC && initial != 0) {
      long periodPs = Integer.toUnsignedLong(initial) * unitPs();
      long late = (io.nowPs() - expiryPs) / periodPs;
      expiryPs += (late + 1) * periodPs;
      arm(io);
    }
  }

  /** Reset of the CPU, or of the local APIC. */
  void reset(Io<LapicMessage> io) {
    stop(io);
    initial = 0;
    divide = 0;
    mode = Lvt.ONE_SHOT;
    deadline = 0;
  }

  void save(StateWriter out) {
    out.putInt(initial);
    out.putByte(divide);
    out.putByte(mode);
    out.putBoolean(counting);
    out.putLong(expiryPs);
    out.putLong(deadline);
    out.putLong(alarm);
  }

  void load(StateReader in) {
    initial = in.getInt();
    divide = in.getByte();
    mode = in.getByte();
    counting = in.getBoolean();
    expiryPs = in.getLong();
    deadline = in.getLong();
    alarm = in.getLong();
  }

  private void arm(Io<LapicMessage> io) {
    counting = true;
    alarm = io.alarm(Math.max(1, expiryPs - io.nowPs()), new LapicMessage.Alarm(ALARM, 0));
  }

  private void stop(Io<LapicMessage> io) {
    if (counting) {
      io.cancel(alarm);
      counting = false;
      alarm = 0;
    }
  }
}
