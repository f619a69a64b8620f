package irqlab.windowed;

/** The way from one group to the others. May lose, repeat and reorder. */
interface Peers {
  /** Sends a frame to a group. */
  void send(int to, Frame frame);

  /** Asks a group for the frame of this window once more. */
  void ask(int to, int epoch, long window);
}
