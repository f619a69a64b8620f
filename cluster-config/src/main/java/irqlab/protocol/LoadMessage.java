package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What a source of load receives. */
public sealed interface LoadMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<LoadMessage> io);

  /**
   * The load may begin: the machine has booted [kernel].
   *
   * @param nowPs machine time of the end of boot
   */
  record Start(long nowPs) implements LoadMessage {
    @Override
    public int kind() {
      return 260;
    }

    @Override
    public long fold() {
      return Mix.fold(260, nowPs);
    }

    @Override
    public void to(Handler handler, Io<LoadMessage> io) {
      handler.onStart(this, io);
    }
  }

  /** The load ends: devices stop raising [harness]. */
  record Stop() implements LoadMessage {
    @Override
    public int kind() {
      return 262;
    }

    @Override
    public long fold() {
      return Mix.fold(262, 0);
    }

    @Override
    public void to(Handler handler, Io<LoadMessage> io) {
      handler.onStop(this, io);
    }
  }

  /**
   * A move of the scenario is due by its number of raises [harness].
   *
   * @param index place in the list of moves, from 0
   */
  record Move(int index) implements LoadMessage {
    @Override
    public int kind() {
      return 263;
    }

    @Override
    public long fold() {
      return Mix.fold(263, index);
    }

    @Override
    public void to(Handler handler, Io<LoadMessage> io) {
      handler.onMove(this, io);
    }
  }

  /**
   * An alarm of the source expires [itself].
   *
   * @param what which alarm
   * @param data what the source put there
   */
  record Alarm(int what, long data) implements LoadMessage {
    @Override
    public int kind() {
      return 261;
    }

    @Override
    public long fold() {
      return Mix.fold(261, what, data);
    }

    @Override
    public void to(Handler handler, Io<LoadMessage> io) {
      handler.onAlarm(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link Start}. */
    void onStart(Start message, Io<LoadMessage> io);

    /** Answers {@link Stop}. */
    void onStop(Stop message, Io<LoadMessage> io);

    /** Answers {@link Move}. */
    void onMove(Move message, Io<LoadMessage> io);

    /** Answers {@link Alarm}. */
    void onAlarm(Alarm message, Io<LoadMessage> io);
  }
}
