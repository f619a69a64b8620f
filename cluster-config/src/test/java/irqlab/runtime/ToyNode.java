package irqlab.runtime;

import irqlab.observe.Fate;
import irqlab.observe.InterruptId;
import irqlab.protocol.DeliveryMode;
import irqlab.protocol.LapicMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A component for specs of the runtimes. It passes tokens on in every way that {@link Io} offers:
 * by port, after an extra delay, by bus, through an alarm of its own, or parked until the next
 * token comes. Each token is one interrupt; after its last hop it is handled and a new one raised.
 *
 * <p>How a token goes on depends on the node's state, on its random stream and, in a machine of
 * virtual time, on the clock: any slip in order or time shows in the digest.
 */
public final class ToyNode implements Component<LapicMessage> {
  private static final int DECOY = 1;
  private static final int FIRST_TOKEN = 2;

  private final int id;
  private final int hops;
  private final int tokens;
  private final long stopAfter;
  private final List<Port<LapicMessage>> ports = new ArrayList<>();
  private Bus<LapicMessage> bus;

  private long state;
  private long sequence;
  private final long[] sequences = new long[4];
  private boolean stopped;
  private LapicMessage.Interrupt parked;
  private long decoy;

  /**
   * A node without links.
   *
   * @param id its component id
   * @param hops how far a token goes before it is handled
   * @param tokens how many it keeps on their way
   * @param stopAfter raises no more than this many in all
   */
  public ToyNode(int id, int hops, int tokens, long stopAfter) {
    this.id = id;
    this.hops = hops;
    this.tokens = tokens;
    this.stopAfter = stopAfter;
  }

  /** Adds a link. */
  public void link(Port<LapicMessage> port) {
    ports.add(port);
  }

  /** Sets the bus. */
  public void link(Bus<LapicMessage> newBus) {
    bus = newBus;
  }

  @Override
  public void start(Io<LapicMessage> io) {
    for (int i = 0; i < tokens; i++) {
      io.alarm(1 + io.rng().nextInt(1000), new LapicMessage.Alarm(FIRST_TOKEN, i));
    }
  }

  @Override
  public void on(LapicMessage message, Io<LapicMessage> io) {
    state = Mix.chain(Mix.chain(state, message.fold()), io.nowPs());
    if (message instanceof LapicMessage.Interrupt token) {
      arrived(token, io);
    } else if (message instanceof LapicMessage.Lint held) {
      forward(token(held.id(), held.raisedPs(), held.pin()), io);
    } else if (message instanceof LapicMessage.Alarm alarm && alarm.what() == FIRST_TOKEN) {
      raise(io);
    } else if (message instanceof LapicMessage.Alarm) {
      decoy = 0;
    } else if (message instanceof LapicMessage.Reset) {
      stopped = true;
    } else {
      throw new IllegalStateException("message=" + message);
    }
  }

  private void arrived(LapicMessage.Interrupt token, Io<LapicMessage> io) {
    if (decoy != 0 && (state & 1) == 0) {
      io.cancel(decoy);
      decoy = 0;
    }
    if (decoy == 0) {
      decoy = io.alarm(1 + (state >>> 8 & 0xFFFF), new LapicMessage.Alarm(DECOY, state));
    }
    if (parked != null) {
      LapicMessage.Interrupt released = parked;
      parked = null;
      pass(released, io);
    }
    pass(token, io);
  }

  private void pass(LapicMessage.Interrupt token, Io<LapicMessage> io) {
    if (token.vector() > 0) {
      forward(token(token.id(), token.raisedPs(), token.vector() - 1), io);
      return;
    }
    if ((state & 7) == 7) {
      io.probe().closed(token.id(), Fate.COLLAPSED_IRR);
    } else {
      io.probe().handled(token.id(), id, 0x30, io.nowPs() - token.raisedPs());
    }
    raise(io);
  }

  private void raise(Io<LapicMessage> io) {
    if (stopped || sequence >= stopAfter) {
      return;
    }
    sequence++;
    int entry = (int) (state & 3);
    long raised = InterruptId.of(id, entry, ++sequences[entry]);
    io.probe().raised(raised);
    forward(token(raised, io.nowPs(), hops), io);
  }

  private void forward(LapicMessage.Interrupt token, Io<LapicMessage> io) {
    int way = io.rng().nextInt(16);
    if (way < 8) {
      io.send(port(io), token);
    } else if (way < 11) {
      io.sendAfter(port(io), io.rng().nextInt(3) * 1000L, token);
    } else if (way < 14) {
      io.send(bus, io.rng().nextInt(bus.members()), token);
    } else if (way < 15 || parked != null) {
      LapicMessage held = new LapicMessage.Lint(token.vector(), true, token.id(), token.raisedPs());
      io.alarm(1 + io.rng().nextInt(4000), held);
    } else {
      parked = token;
    }
  }

  private Port<LapicMessage> port(Io<LapicMessage> io) {
    return ports.get(io.rng().nextInt(ports.size()));
  }

  private static LapicMessage.Interrupt token(long id, long raisedPs, int hopsLeft) {
    return new LapicMessage.Interrupt(id, raisedPs, hopsLeft, DeliveryMode.FIXED, false, true);
  }

  @Override
  public void save(StateWriter out) {
    out.putLong(state);
    out.putLong(sequence);
    out.putLongs(sequences);
    out.putBoolean(stopped);
    out.putLong(decoy);
    out.putBoolean(parked != null);
    if (parked != null) {
      out.putMessage(parked);
    }
  }

  @Override
  public void load(StateReader in) {
    state = in.getLong();
    sequence = in.getLong();
    System.arraycopy(in.getLongs(), 0, sequences, 0, sequences.length);
    stopped = in.getBoolean();
    decoy = in.getLong();
    parked = in.getBoolean() ? (LapicMessage.Interrupt) in.getMessage() : null;
  }

  @Override
  public void inspect(Inspector out) {
    out.value("state", state);
    out.value("raised", sequence);
    if (parked != null) {
      out.pending(parked.id(), "parked");
    }
  }
}
