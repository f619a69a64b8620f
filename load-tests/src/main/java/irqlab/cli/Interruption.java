package irqlab.cli;

/** Whether somebody asked the program to end. Any thread may ask or look. */
final class Interruption {
  private volatile boolean asked;
  private volatile boolean heeded;

  void ask() {
    asked = true;
  }

  boolean asked() {
    return asked;
  }

  /** From now on the program looks, and ends in order when it is asked. */
  void heed() {
    heeded = true;
  }

  boolean heeded() {
    return heeded;
  }
}
