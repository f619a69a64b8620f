package irqlab.pcie.endpoint.nvme;

import irqlab.pcie.endpoint.EndpointContext;
import irqlab.protocol.Bits;
import irqlab.protocol.EndpointMessage.LineCompletion;

/**
 * The admin commands: identify, features, and the making and deleting of I/O queues.
 *
 * <p>Source: NVM Express Base Specification 1.4, "Admin Command Set".
 *
 * <p><b>Not modelled:</b> log pages, asynchronous events (a request for one stays outstanding, as
 * it does on a quiet controller), firmware, namespace management, abort (it reports that nothing
 * was aborted).
 */
final class AdminCommands {
  private static final int DELETE_SQ = 0x00;
  private static final int CREATE_SQ = 0x01;
  private static final int DELETE_CQ = 0x04;
  private static final int CREATE_CQ = 0x05;
  private static final int IDENTIFY = 0x06;
  private static final int ABORT = 0x08;
  private static final int SET_FEATURES = 0x09;
  private static final int GET_FEATURES = 0x0A;
  private static final int ASYNC_EVENT = 0x0C;

  private static final int FEATURE_QUEUES = 0x07;
  private static final int FEATURE_COALESCING = 0x08;
  private static final int FEATURE_VECTOR = 0x09;

  private static final int IDENTIFY_WORDS = 512;

  private final NvmeController controller;

  AdminCommands(NvmeController controller) {
    this.controller = controller;
  }

  /**
   * Carries out a command.
   *
   * @return false when it stays outstanding
   */
  boolean execute(int slot, LineCompletion entry, EndpointContext context) {
    int first = (int) entry.w5();
    int second = (int) (entry.w5() >>> 32);
    int status = NvmeStatus.SUCCESS;
    int result = 0;
    switch ((int) entry.w0() & 0xFF) {
      case DELETE_SQ:
        status = controller.queues().deleteSubmission(first & 0xFFFF);
        break;
      case CREATE_SQ:
        status = createSubmissionQueue(entry.w3(), first, second);
        break;
      case DELETE_CQ:
        status = controller.queues().deleteCompletion(first & 0xFFFF, context);
        break;
      case CREATE_CQ:
        status = createCompletionQueue(entry.w3(), first, second);
        break;
      case IDENTIFY:
        status = identify(entry.w3(), first & 0xFF, (int) (entry.w0() >>> 32), context);
        break;
      case ABORT:
        result = 1;
        break;
      case SET_FEATURES:
        status = setFeature(first & 0xFF, second);
        result = (first & 0xFF) == FEATURE_QUEUES ? queueCount() : 0;
        break;
      case GET_FEATURES:
        status = known(first & 0xFF) ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_FIELD;
        result = getFeature(first & 0xFF, second);
        break;
      case ASYNC_EVENT:
        return false;
      default:
        status = NvmeStatus.INVALID_OPCODE;
        break;
    }
    controller.commands().outcome(slot, status, result);
    return true;
  }

  private int createCompletionQueue(long base, int first, int second) {
    int size = (first >>> 16) + 1;
    int vector = second >>> 16;
    if (!sizeAllowed(size)) {
      return NvmeStatus.INVALID_QUEUE_SIZE;
    }
    if ((second & 1) == 0) {
      return NvmeStatus.INVALID_FIELD;
    }
    if (vector >= controller.queues().vectors()) {
      return NvmeStatus.INVALID_VECTOR;
    }
    return controller
        .queues()
        .create(new CompletionQueue(first & 0xFFFF, base, size, vector, (second & 2) != 0));
  }

  private int createSubmissionQueue(long base, int first, int second) {
    int size = (first >>> 16) + 1;
    if (!sizeAllowed(size)) {
      return NvmeStatus.INVALID_QUEUE_SIZE;
    }
    if ((second & 1) == 0) {
      return NvmeStatus.INVALID_FIELD;
    }
    return controller
        .queues()
        .create(new SubmissionQueue(first & 0xFFFF, base, size, second >>> 16));
  }

  private static boolean sizeAllowed(int size) {
    return size >= 2 && size <= NvmeRegister.ENTRIES_MAX;
  }

  // The data structures are zero but for what drivers look at.
  private int identify(long buffer, int what, int namespace, EndpointContext context) {
    if (what > 2) {
      return NvmeStatus.INVALID_FIELD;
    }
    if (what == 0 && namespace != 1) {
      return NvmeStatus.INVALID_NAMESPACE;
    }
    for (int word = 0; word < IDENTIFY_WORDS; word++) {
      context.dmaWrite(buffer + 8L * word, identity(what, word));
    }
    return NvmeStatus.SUCCESS;
  }

  private static long identity(int what, int word) {
    switch (what) {
      case 0:
        return ofNamespace(word);
      case 1:
        return ofController(word);
      default:
        // The list of namespaces: number 1, then none.
        return word == 0 ? 1 : 0;
    }
  }

  private static long ofController(int word) {
    switch (word) {
      case 0:
        return NvmeFactory.VENDOR | (long) NvmeFactory.VENDOR << 16 | text("irql") << 32;
      case 1:
        return text("ab-0") | text("001 ") << 32;
      case 3:
        return text("irql") | text("ab N") << 32;
      case 4:
        return text("VMe ") | text("    ") << 32;
      case 64:
        // Bytes 512 on: entries of 2^6 and 2^4 bytes, and one namespace.
        return 0x44_66L | 1L << 32;
      default:
        return 0;
    }
  }

  private static long ofNamespace(int word) {
    switch (word) {
      case 0:
      case 1:
      case 2:
        // Size, capacity and use: 1 Gi blocks.
        return 1L << 30;
      case 16:
        // LBA format 0 at byte 128: blocks of 2^9 bytes.
        return 9L << 16;
      default:
        return 0;
    }
  }

  private static long text(String four) {
    return four.charAt(0)
        | four.charAt(1) << 8
        | four.charAt(2) << 16
        | (long) four.charAt(3) << 24;
  }

  private static boolean known(int feature) {
    return feature == FEATURE_QUEUES || feature == FEATURE_COALESCING || feature == FEATURE_VECTOR;
  }

  private int setFeature(int feature, int value) {
    switch (feature) {
      case FEATURE_QUEUES:
        return NvmeStatus.SUCCESS;
      case FEATURE_COALESCING:
        controller.coalescing().set(value & 0xFFFF);
        return NvmeStatus.SUCCESS;
      case FEATURE_VECTOR:
        if ((value & 0xFFFF) >= controller.queues().vectors()) {
          return NvmeStatus.INVALID_FIELD;
        }
        controller.coalescing().disable(value & 0xFFFF, Bits.test(value, 16));
        return NvmeStatus.SUCCESS;
      default:
        return NvmeStatus.INVALID_FIELD;
    }
  }

  private int getFeature(int feature, int value) {
    switch (feature) {
      case FEATURE_QUEUES:
        return queueCount();
      case FEATURE_COALESCING:
        return controller.coalescing().value();
      case FEATURE_VECTOR:
        int vector = value & 0xFFFF;
        boolean off =
            vector < controller.queues().vectors() && controller.coalescing().disabled(vector);
        return off ? 1 << 16 | vector : vector;
      default:
        return 0;
    }
  }

  // Number of queues: what the controller has, less one, for both kinds.
  private int queueCount() {
    int most = controller.queues().ids() - 2;
    return most << 16 | most;
  }
}
