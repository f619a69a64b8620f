package irqlab.cpu.lapic;

import irqlab.observe.Fate;
import irqlab.observe.Probe;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * IRR, ISR and TMR, and which interrupt stands behind each request.
 *
 * <p>IRR is one bit for each vector: what comes while it is set collapses into the first
 * (LAPIC-003). The first one's name and intended time wait here and go to the core with the vector.
 *
 * <p><b>Not modelled:</b> AMD's interrupt enable registers.
 */
final class Requests {
  final VectorBits irr = new VectorBits();
  final VectorBits isr = new VectorBits();
  final VectorBits tmr = new VectorBits();
  // A row for each priority class that was ever requested: id and intended time of each vector,
  // side
  // by side, since they are used together.
  private final long[][] names = new long[16][];

  // Order of arrival; only under Arbitration.FIFO, else null.
  private final long[] arrival;
  private long arrivals;

  Requests(Arbitration arbitration) {
    arrival = arbitration == Arbitration.FIFO ? new long[256] : null;
  }

  /** Sets the request bit, which must be clear. */
  void request(int vector, long interruptId, long intendedPs) {
    irr.set(vector);
    name(vector, interruptId, intendedPs);
    if (arrival != null) {
      arrival[vector] = ++arrivals;
    }
  }

  /**
   * The oldest request among the vectors from this one up, or {@link VectorBits#NONE}; FIFO only.
   */
  int oldest(int from) {
    int best = VectorBits.NONE;
    for (int vector = irr.next(from); vector != VectorBits.NONE; vector = irr.next(vector + 1)) {
      if (best == VectorBits.NONE || arrival[vector] < arrival[best]) {
        best = vector;
      }
    }
    return best;
  }

  /** Moves the request into service (LAPIC-010). */
  void serve(int vector) {
    irr.clear(vector);
    isr.set(vector);
  }

  private void name(int vector, long interruptId, long intendedPs) {
    long[] row = names[vector >>> 4];
    if (row == null) {
      row = new long[32];
      names[vector >>> 4] = row;
    }
    row[(vector & 15) * 2] = interruptId;
    row[(vector & 15) * 2 + 1] = intendedPs;
  }

  /** The interrupt behind the last request of this vector, 0 for none. */
  long id(int vector) {
    return names[vector >>> 4][(vector & 15) * 2];
  }

  /** Intended time of the last request of this vector. */
  long raisedPs(int vector) {
    return names[vector >>> 4][(vector & 15) * 2 + 1];
  }

  /** Clears all three; what was requested is lost with the reset. */
  void reset(Probe probe) {
    for (int vector = irr.next(0); vector != VectorBits.NONE; vector = irr.next(vector)) {
      irr.clear(vector);
      if (id(vector) != 0) {
        probe.closed(id(vector), Fate.LOST_RESET);
      }
    }
    isr.clearAll();
    tmr.clearAll();
  }

  void save(StateWriter out) {
    irr.save(out);
    isr.save(out);
    tmr.save(out);
    out.putLong(arrivals);
    for (int vector = irr.next(0); vector != VectorBits.NONE; vector = irr.next(vector + 1)) {
      out.putLong(id(vector));
      out.putLong(raisedPs(vector));
      out.putLong(arrival == null ? 0 : arrival[vector]);
    }
  }

  void load(StateReader in) {
    irr.load(in);
    isr.load(in);
    tmr.load(in);
    arrivals = in.getLong();
    for (int vector = irr.next(0); vector != VectorBits.NONE; vector = irr.next(vector + 1)) {
      name(vector, in.getLong(), in.getLong());
      long order = in.getLong();
      if (arrival != null) {
        arrival[vector] = order;
      }
    }
  }

  void inspect(Inspector out) {
    out.bits("irr", irr.words());
    out.bits("isr", isr.words());
    out.bits("tmr", tmr.words());
    for (int vector = irr.next(0); vector != VectorBits.NONE; vector = irr.next(vector + 1)) {
      if (id(vector) != 0) {
        out.pending(id(vector), "IRR");
      }
    }
  }
}
