package irqlab.protocol;

/** What {@link EndpointMessage.Command} can ask of a device. */
public final class EndpointCommands {
  /** Raise at this entry now; a = intended time in ps, or 0 for now. */
  public static final int RAISE = 1;

  /** Start a load at this entry; a, b and c as of {@link ArrivalLaw#encoded}. */
  public static final int START_LOAD = 2;

  /** End the load of this entry, or of all entries when the entry is -1. */
  public static final int STOP_LOAD = 3;

  /** Hold a level line for a ps after each raise, then drop it; 0 until the driver serves it. */
  public static final int HOLD_LINE = 4;

  /** Write word b to host memory at address a; devices that are driven from outside only. */
  public static final int DMA_WRITE = 5;

  private EndpointCommands() {}
}
