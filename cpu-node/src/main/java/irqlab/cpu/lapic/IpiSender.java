package irqlab.cpu.lapic;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.DeliveryMode;
import irqlab.protocol.LapicMessage;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Sends what an ICR or SELF IPI write asks for, to each destination under a name of its own.
 *
 * <p>Model-specific: NMI, INIT, SMI and STARTUP to oneself, which the manual calls invalid, are
 * done as addressed (ICR-016); ExtINT is sent and latched at the receiver (ICR-019); a
 * lowest-priority IPI in physical mode is arbitrated among those that match.
 *
 * <p>Source: SDM vol. 3, "Issuing Interprocessor Interrupts" and "Determining IPI Destination".
 *
 * <p><b>Not modelled:</b> a busy ICR, retries and the send accept error of the serial bus.
 */
final class IpiSender {
  private final Lapic lapic;
  private final int[] matching;
  private int turn;

  IpiSender(Lapic lapic) {
    this.lapic = lapic;
    matching = new int[lapic.directory.cpus()];
  }

  /** ICR-005: SELF IPI, always fixed and edge. */
  void sendSelf(int vector, Io<LapicMessage> io) {
    if (vector < 16) {
      lapic.local.error(Esr.SEND_ILLEGAL_VECTOR, io);
    } else {
      sendTo(lapic.config.cpu(), DeliveryMode.FIXED, vector, false, true, io);
    }
  }

  /** ICR-001, ICR-002: the write that sends. */
  void send(Icr icr, Io<LapicMessage> io) {
    DeliveryMode mode = icr.mode();
    if (mode == DeliveryMode.RESERVED) {
      io.probe().count(Counter.BAD_ACCESS);
    } else if (icr.needsVector() && icr.vector() < 16) {
      lapic.local.error(Esr.SEND_ILLEGAL_VECTOR, io); // LAPIC-005: not sent
    } else if (icr.level() && !icr.asserted() && mode == DeliveryMode.INIT) {
      io.probe().count(Counter.INIT_DEASSERTS);
    } else if (icr.level() && !icr.asserted() && deassertIgnored(mode)) {
      io.probe().count(Counter.BAD_ACCESS);
    } else {
      dispatch(icr, mode, io);
    }
  }

  // ICR-015: the level de-assert of INIT only synchronised arbitration ids; fixed has none.
  private static boolean deassertIgnored(DeliveryMode mode) {
    return mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY;
  }

  private void dispatch(Icr icr, DeliveryMode mode, Io<LapicMessage> io) {
    int self = lapic.config.cpu();
    if (icr.shorthand() == Icr.TO_SELF) {
      sendTo(self, mode, icr, io);
      return;
    }
    if (icr.shorthand() == Icr.TO_DESTINATION && mode != DeliveryMode.LOWEST_PRIORITY) {
      boolean wide = lapic.registers.mode() == ApicMode.X2APIC;
      int only = lapic.directory.single(icr.destination(wide), icr.logical(), wide);
      if (only >= 0) {
        sendTo(only, mode, icr, io);
        return;
      }
    }
    int count = match(icr, self);
    if (mode == DeliveryMode.LOWEST_PRIORITY && count > 0) {
      int chosen =
          lapic.config.policy().choose(lapic.directory, matching, count, icr.vector(), turn++);
      count = chosen == ApicDirectory.NONE ? 0 : 1;
      matching[0] = chosen;
    }
    if (count == 0) {
      long id = lapic.raises.ipi(mode, icr.vector(), io.probe());
      Lapic.close(id, Fate.LOST_NO_ROUTE, io);
    }
    for (int i = 0; i < count; i++) {
      sendTo(matching[i], mode, icr, io);
    }
  }

  // ICR-004, ICR-006 to ICR-012: who is meant, ascending.
  private int match(Icr icr, int self) {
    if (icr.shorthand() == Icr.TO_DESTINATION) {
      boolean wide = lapic.registers.mode() == ApicMode.X2APIC;
      return lapic.directory.match(icr.destination(wide), icr.logical(), wide, matching);
    }
    int count = 0;
    for (int cpu = 0; cpu < matching.length; cpu++) {
      if (lapic.directory.present(cpu) && (icr.shorthand() == Icr.TO_ALL || cpu != self)) {
        matching[count++] = cpu;
      }
    }
    return count;
  }

  private void sendTo(int cpu, DeliveryMode mode, Icr icr, Io<LapicMessage> io) {
    sendTo(cpu, mode, icr.vector(), icr.level(), icr.asserted(), io);
  }

  private void sendTo(
      int cpu,
      DeliveryMode mode,
      int vector,
      boolean level,
      boolean asserted,
      Io<LapicMessage> io) {
    long id = lapic.raises.ipi(mode, vector, io.probe());
    io.probe().count(Counter.IPIS_SENT);
    if (cpu == lapic.config.cpu()) {
      lapic.receive(id, io.nowPs(), vector, mode, level, io);
    } else {
      io.send(
          lapic.ports.lapics(),
          cpu,
          new LapicMessage.Ipi(id, io.nowPs(), vector, mode, level, asserted));
    }
  }

  void save(StateWriter out) {
    out.putInt(turn);
  }

  void load(StateReader in) {
    turn = in.getInt();
  }
}
