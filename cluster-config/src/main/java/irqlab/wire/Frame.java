package irqlab.wire;

import irqlab.runtime.Message;
import java.util.List;

/**
 * What nodes say to each other. Actors are named by their address as text, and only when a machine
 * is set up; components by their id.
 */
public sealed interface Frame {
  /** A node answers what it is, and what it speaks [coordinator]. */
  record Hello(String replyTo) implements Frame {}

  /**
   * What a node is [node].
   *
   * @param node its name
   * @param program version of the program
   * @param java version of the virtual machine
   * @param agent address of the sender
   * @param roles what it may host
   */
  record Welcome(String node, String program, String java, String agent, List<String> roles)
      implements Frame {
    /** Copies the list. */
    public Welcome {
      roles = List.copyOf(roles);
    }
  }

  /** Asks for the clock of a node [coordinator]. */
  record Ping(int number) implements Frame {}

  /** {@link System#nanoTime} of a node when it was asked [node]. */
  record Pong(String node, int number, long nanoTime) implements Frame {}

  /**
   * Build your part of this machine [coordinator].
   *
   * @param builder name of the builder that reads the text
   * @param text the machine
   * @param hash of all that must be equal on every node
   * @param nodes names of all nodes, the coordinator's first; places here are node numbers
   */
  record Host(String builder, String text, long hash, List<String> nodes) implements Frame {
    /** Copies the list. */
    public Host {
      nodes = List.copyOf(nodes);
    }
  }

  /** The part is built [node]. {@code gate} takes {@link Batch} and {@link Ack}. */
  record Hosting(String node, String gate) implements Frame {}

  /** The part is not built, and why [node]. */
  record Refused(String node, String why) implements Frame {}

  /** The gates of all nodes by node number [coordinator]. */
  record Gates(List<String> gates) implements Frame {
    /** Copies the list. */
    public Gates {
      gates = List.copyOf(gates);
    }
  }

  /** The gates are known, or the clock is set [node]. */
  record Ready(String node) implements Frame {}

  /** Machine time 0 is at this {@link System#nanoTime} of the receiver [coordinator]. */
  record Clock(long startNs) implements Frame {}

  /** Every node has its clock: components may start [coordinator]. */
  record Go() implements Frame {}

  /** Tell your counts; the answer has this number [coordinator]. */
  record Count(long wave) implements Frame {}

  /**
   * What a node has counted [node].
   *
   * @param wave of the {@link Count} it answers, or 0 when nobody asked
   * @param raisedBy pairs of component id and what it raised, for those that raised
   * @param sentTo messages sent to each node, by its number
   * @param takenFrom messages that came from each node
   */
  record Counts(
      String node,
      long wave,
      long sent,
      long processed,
      long raised,
      long closed,
      long handled,
      long[] raisedBy,
      long[] sentTo,
      long[] takenFrom)
      implements Frame {}

  /** A message of the outside world for a component of this node [coordinator]. */
  record Inject(int receiver, Message message) implements Frame {}

  /**
   * A piece of what a node's books hold so far: counts, and which interrupts got a fate since the
   * notes before [node].
   *
   * @param index from 0
   * @param count of all pieces
   */
  record Notes(String node, int index, int count, byte[] bytes) implements Frame {}

  /** These nodes are lost, by number: nothing goes there, and nothing is taken [coordinator]. */
  record Lost(int[] nodes) implements Frame {}

  /** A node cannot reach another one any more [node]. */
  record Cut(String node, String other, String why) implements Frame {}

  /** Hand over your books and go [who runs the node]. */
  record Leave() implements Frame {}

  /** A node is no longer there; when it left in order its books have come [node]. */
  record Gone(String node, String why) implements Frame {}

  /** Show a component of this node; the answer has this number [coordinator]. */
  record Show(int number, int component) implements Frame {}

  /**
   * A piece of what a component shows of itself [node].
   *
   * @param number of the {@link Show}
   * @param index from 0
   * @param count of all pieces
   */
  record Shown(String node, int number, int index, int count, byte[] bytes) implements Frame {}

  /** No component reacts any more [coordinator]. */
  record Freeze() implements Frame {}

  /** Hand over your books [coordinator]. */
  record Collect() implements Frame {}

  /**
   * A piece of a node's books [node].
   *
   * @param index from 0
   * @param count of all pieces
   */
  record Books(String node, int index, int count, byte[] bytes) implements Frame {}

  /** A component or the node itself failed [node]. */
  record Failed(String node, String path, String why) implements Frame {}

  /** The run is over: let its components go [coordinator]. */
  record Release() implements Frame {}

  /**
   * Messages of components on one node to components on another, in the order of sending [gateway].
   *
   * @param from node number of the sender
   * @param number counts the batches between these two nodes, from 1; none may be missing
   * @param receivers component ids, one for each message
   */
  record Batch(int from, long number, int[] receivers, List<Message> messages) implements Frame {
    /** Copies the list, not the array. */
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  /** All batches up to this number have come: so many more may be sent [gate]. */
  record Ack(int from, long number) implements Frame {}

  /** Keep what comes to the components of the machine that is to be built next [coordinator]. */
  record Keep() implements Frame {}

  /** You may send the pieces of your logs up to this one [coordinator]. */
  record More(long upTo) implements Frame {}

  /**
   * A piece of the log of a component, one component after the other [node].
   *
   * @param number counts what this node sends of its logs, from 1; none may be missing
   * @param component whose log it is; -1 when there is no more of any
   * @param bytes nothing when the log of this component is whole
   * @param why when there is no more and something is missing: the reason
   */
  record Log(String node, long number, int component, byte[] bytes, String why) implements Frame {
    /** The component of the last one. */
    public static final int NO_MORE = -1;
  }

  /** A batch did not come: send again from this number [gate]. */
  record Missing(int from, long number) implements Frame {}

  /**
   * What must neither be lost nor come twice [coordinator, node].
   *
   * @param from who says it: the name of a node, or the address of the coordinator
   * @param number counts what it has said to this receiver, from 1
   */
  record Numbered(String from, long number, Frame frame) implements Frame {}

  /** All that is {@link Numbered} has come up to this number [coordinator, node]. */
  record Got(String from, long number) implements Frame {}
}
