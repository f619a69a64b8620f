package irqlab.cluster;

import irqlab.live.LiveFailure;
import irqlab.live.Recording;
import irqlab.live.Unrecorded;
import irqlab.wire.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes the logs of all nodes into one folder, one node after the other, when the books are closed.
 * Each is asked for pieces as they are written here, so that neither memory nor Akka's queues hold
 * more than a window of them. One owner.
 *
 * <p>Nothing that goes wrong here ends the run: what is missing is named, with the reason. When the
 * disk is full, logs make room for the results.
 */
final class LogTaker {
  /** Pieces on their way: 1 MiB. */
  static final int WINDOW = 8;

  /** Room that the results of a run need on the disk. */
  private static final long ROOM_BYTES = 8 << 20;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long LOOK_MS = 1;

  private final Roster roster;
  private final Path folder;
  private final Map<String, Integer> paths;
  private final int[] nodeOf;
  private final Set<Integer> whole = new HashSet<>();
  private final List<Integer> written = new ArrayList<>();
  private final long pingNs;
  private long pingedNs = System.nanoTime();

  /** Why nothing can be written here any more. */
  private String full;

  // The log that is being written, and of which component.
  private OutputStream out;
  private int current;

  /**
   * For one run.
   *
   * @param paths ids of all components
   * @param nodeOf the number of the node of each
   */
  LogTaker(Roster roster, Path folder, Map<String, Integer> paths, int[] nodeOf) {
    this.roster = roster;
    this.folder = folder;
    this.paths = paths;
    this.nodeOf = nodeOf;
    pingNs = Math.min(SECOND_NS, roster.lostAfterNs / 4);
  }

  /**
   * Takes them.
   *
   * @param cut whether messages between living nodes may have been lost
   * @return what is missing; also in a file in the folder
   */
  Unrecorded take(boolean cut) {
    String[] why = new String[roster.nodes.size()];
    for (int node = 0; node < why.length; node++) {
      String name = roster.nodes.get(node);
      try {
        why[node] = full == null ? take(node, roster.members.get(name)) : full;
      } catch (ClusterException | LiveFailure broken) {
        why[node] = String.valueOf(broken.getMessage());
      } finally {
        close();
      }
    }
    makeRoom();
    Map<String, String> missing = new TreeMap<>();
    paths.forEach(
        (path, id) -> {
          if (!whole.contains(id)) {
            missing.put(path, why[nodeOf[id]]);
          }
        });
    Unrecorded lacks = new Unrecorded(missing, cut);
    try {
      lacks.write(folder);
    } catch (IOException broken) {
      roster.news.accept("recording: " + folder + " cannot be written: " + Recording.why(broken));
    }
    return lacks;
  }

  // Why some are missing, if they are.
  private String take(int node, Member member) {
    member.logs.clear();
    long number = 0;
    long asked = 0;
    while (full == null) {
      if (number + WINDOW / 2 >= asked) {
        asked = number + WINDOW;
        member.courier.say(new Frame.More(asked));
      }
      Frame.Log piece = next(member);
      if (piece == null) {
        return member.lost
            ? member.name + " " + roster.losses.get(member.name)
            : member.name + " handed nothing over for " + roster.lostAfterNs / SECOND_NS + " s";
      }
      if (piece.number() != ++number) {
        return member.name + " handed over piece " + piece.number() + " instead of " + number;
      }
      if (piece.component() == Frame.Log.NO_MORE) {
        return member.name + ": " + (piece.why().isEmpty() ? "it has none" : piece.why());
      }
      if (piece.component() < 0
          || piece.component() >= nodeOf.length
          || nodeOf[piece.component()] != node
          || whole.contains(piece.component())) {
        return member.name + " handed over a log of component " + piece.component();
      }
      write(piece);
    }
    return full;
  }

  // Others are asked whether they are there; who says nothing is lost by the usual rule.
  private Frame.Log next(Member member) {
    long beganNs = System.nanoTime();
    while (member.logs.isEmpty()) {
      long nowNs = System.nanoTime();
      if (member.lost || nowNs - beganNs > roster.lostAfterNs) {
        return null;
      }
      if (nowNs - pingedNs >= pingNs) {
        pingedNs = nowNs;
        roster.pingAll();
      }
      roster.take(LOOK_MS);
    }
    return member.logs.poll();
  }

  private void write(Frame.Log piece) {
    try {
      if (out == null || current != piece.component()) {
        close();
        Files.createDirectories(folder);
        current = piece.component();
        written.add(current);
        out = Files.newOutputStream(Recording.file(folder, current));
      }
      out.write(piece.bytes());
      if (piece.bytes().length == 0) {
        out.close();
        out = null;
        whole.add(current);
      }
    } catch (IOException broken) {
      full = "the logs could not be written: " + Recording.why(broken);
    }
  }

  // A log that is not whole is of no use.
  private void close() {
    if (out != null) {
      try {
        out.close();
      } catch (IOException lost) {
        // It is taken away.
      }
      out = null;
      remove(current);
    }
  }

  // The newest go first: any will do.
  private void makeRoom() {
    for (int i = written.size() - 1; full != null && i >= 0; i--) {
      if (folder.toFile().getUsableSpace() >= ROOM_BYTES) {
        return;
      }
      remove(written.get(i));
    }
  }

  private void remove(int id) {
    whole.remove(id);
    try {
      Files.deleteIfExists(Recording.file(folder, id));
    } catch (IOException kept) {
      roster.news.accept("recording: a log is left behind: " + Recording.why(kept));
    }
  }
}
