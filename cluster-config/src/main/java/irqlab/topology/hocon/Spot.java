package irqlab.topology.hocon;

/**
 * A place in a text.
 *
 * @param file the name that people gave it
 * @param line from 1; 0 when there is none to show
 * @param text of that line; empty when there is none to show
 */
public record Spot(String file, int line, String text) {
  /** The place as people click on it: {@code nvme4.conf:16}. */
  public String at() {
    return line > 0 ? file + ":" + line : file;
  }
}
