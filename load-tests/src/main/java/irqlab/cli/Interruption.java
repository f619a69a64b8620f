package irqlab.cli;

/** Whether somebody asked the program to end. Any thread may ask or look. */
final class Interruption {
  private volatile boolean asked;

  void ask() {
    asked = true;
  }

  boolean asked() {
    return asked;
  }
}
