package irqlab.pcie.root;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.InterruptId;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.DeliveryMode;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.LowestPriorityPolicy;
import irqlab.protocol.Msi;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Bus;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * From the address and data of an interrupt message to local APICs (MSG-001, MSG-002).
 *
 * <p>A fixed message reaches every local APIC that it means. It has one name and they are several
 * deliveries, so the first keeps the name and each further one is a raise of the root complex.
 *
 * <p>Model-specific: the destination mode bit counts whether or not the redirection hint is set;
 * the hint, or delivery mode lowest priority, picks one of several by the {@link
 * LowestPriorityPolicy} (D-50).
 *
 * <p>A machine with more CPUs than 8 bits can name has extended destination ids in address bits
 * 11:5 (MSG-003); in a smaller one these bits are ignored.
 *
 * <p><b>Not modelled:</b> the remappable format, which is taken as compatibility format.
 */
final class InterruptRouter {
  /** Ids 0 to 254: 0xFF is the broadcast. */
  private static final int NARROW_CPUS = 255;

  private final int componentId;
  private final Bus<LapicMessage> lapics;
  private final ApicDirectory directory;
  private final LowestPriorityPolicy policy;
  private final int[] matches;
  private final boolean extended;
  private final long[] sequence = new long[256];
  private int turn;

  InterruptRouter(
      int componentId,
      Bus<LapicMessage> lapics,
      ApicDirectory directory,
      LowestPriorityPolicy policy) {
    this.componentId = componentId;
    this.lapics = lapics;
    this.directory = directory;
    this.policy = policy;
    this.matches = new int[directory.cpus()];
    this.extended = directory.cpus() > NARROW_CPUS;
  }

  long latencyPs() {
    return lapics.latencyPs();
  }

  void update(RootComplexMessage.DirectoryUpdate message) {
    directory.update(
        message.cpu(),
        message.apicId(),
        message.logicalId(),
        message.mode(),
        message.cluster(),
        message.enabled(),
        message.priority());
  }

  /** A raise of the root complex itself, named by vector; its message counts as sent (E-83). */
  long raise(int vector, Io<RootComplexMessage> io) {
    long id = InterruptId.of(componentId, vector, ++sequence[vector]);
    io.probe().raised(id);
    io.probe().count(Counter.MESSAGES_SENT);
    return id;
  }

  /** Sends the message on, or closes it when no local APIC is meant. */
  void deliver(long id, long raisedPs, long address, int data, Io<RootComplexMessage> io) {
    DeliveryMode mode = Msi.mode(data);
    if (mode == DeliveryMode.RESERVED || mode == DeliveryMode.STARTUP) {
      io.probe().count(Counter.BAD_ACCESS);
      lost(id, Fate.LOST_NO_ROUTE, io);
      return;
    }
    int destination = extended ? Msi.extendedDestination(address) : Msi.destination(address);
    boolean logical = Msi.logical(address);
    int cpu = directory.single(destination, logical, false);
    if (cpu >= 0) {
      send(cpu, id, raisedPs, data, mode, io);
    } else if (cpu == ApicDirectory.NONE) {
      lost(id, Fate.LOST_NO_ROUTE, io);
    } else {
      int count = directory.match(destination, logical, false, matches);
      if (mode == DeliveryMode.LOWEST_PRIORITY || Msi.redirectionHint(address)) {
        int chosen = policy.choose(directory, matches, count, Msi.vector(data), turn++);
        if (chosen == ApicDirectory.NONE) {
          lost(id, Fate.LOST_DISABLED_LAPIC, io);
        } else {
          send(chosen, id, raisedPs, data, mode, io);
        }
      } else {
        send(matches[0], id, raisedPs, data, mode, io);
        for (int i = 1; i < count; i++) {
          send(matches[i], raise(Msi.vector(data), io), raisedPs, data, mode, io);
        }
      }
    }
  }

  private void send(
      int cpu, long id, long raisedPs, int data, DeliveryMode mode, Io<RootComplexMessage> io) {
    io.send(
        lapics,
        cpu,
        new LapicMessage.Interrupt(
            id, raisedPs, Msi.vector(data), mode, Msi.level(data), Msi.asserted(data)));
  }

  private static void lost(long id, Fate fate, Io<RootComplexMessage> io) {
    io.probe().count(Counter.NO_ROUTE);
    // What an IO-APIC sends again at EOI carries no raise.
    if (id != 0) {
      io.probe().closed(id, fate);
    }
  }

  void save(StateWriter out) {
    directory.save(out);
    out.putLongs(sequence);
    out.putInt(turn);
  }

  void load(StateReader in) {
    directory.load(in);
    System.arraycopy(in.getLongs(), 0, sequence, 0, sequence.length);
    turn = in.getInt();
  }
}
