package irqlab.cpu.linux;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The flow state of an interrupt at the CPU that holds its vector.
 *
 * <p>While no move is under way it is this CPU's alone. From the switch of a move until the old
 * vector is given back two CPUs can receive the interrupt; then it is shared, and each run takes
 * the descriptor's lock at the kernel, as Linux spins on it.
 */
final class IrqState {
  final IrqSource source;
  final CpuCounts.Cell count;
  boolean shared;
  boolean movePending;
  long ringHead;

  IrqState(IrqSource source, CpuCounts.Cell count) {
    this.source = source;
    this.count = count;
  }

  void save(StateWriter out) {
    out.putInt(source.irq());
    out.putBoolean(shared);
    out.putBoolean(movePending);
    out.putLong(ringHead);
  }

  static IrqState load(StateReader in, IrqTable table, CpuCounts counts) {
    int irq = in.getInt();
    IrqState state = new IrqState(table.find(irq), counts.cell(irq));
    state.shared = in.getBoolean();
    state.movePending = in.getBoolean();
    state.ringHead = in.getLong();
    return state;
  }
}
