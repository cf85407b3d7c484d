// The official Node clients against the simulator at SIM_URL. Each step is one
// line of output; the first failed one ends the run with its error.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import axios from "axios";
import { DWClient, TOPIC_CARD, TOPIC_ROBOT } from "dingtalk-stream";

const require = createRequire(import.meta.url);
const load = (name) => require(`@alicloud/dingtalk/${name}`);
const { Config } = require("@alicloud/openapi-client");
const { RuntimeOptions } = require("@alicloud/tea-util");

const sim = process.env.SIM_URL;
const id = "sim", secret = "sim-secret";

// The stream client's hosts are constants: send its calls here instead.
axios.interceptors.request.use((c) => {
  c.url = c.url.replace(/^https:\/\/(api|oapi)\.dingtalk\.com/, sim);
  return c;
});

const step = async (name, f) => {
  try {
    await f();
    console.log(`ok: ${name}`);
  } catch (e) {
    console.error(`failed: ${name}\n${e.stack}`);
    process.exit(1);
  }
};

const control = async (path, body) => {
  const r = await fetch(sim + path, body ? { method: "POST", body: JSON.stringify(body) } : {});
  assert.equal(r.status, 200, `${path}: ${await r.clone().text()}`);
  return r.json();
};

const until = async (what, f) => {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
    const got = await f();
    if (got) return got;
  }
  throw new Error(`not within 10 s: ${what}`);
};

// An OpenAPI client of one module, as its documentation has it.
const module = (name) => {
  const m = load(name);
  const client = new m.default(new Config({ protocol: "http", endpoint: new URL(sim).host, regionId: "central" }));
  const call = async (op, request, token, ...before) => {
    const headers = m[`${op}Headers`] ? new m[`${op}Headers`]({ xAcsDingtalkAccessToken: token }) : {};
    const method = `${op[0].toLowerCase()}${op.slice(1)}WithOptions`;
    const made = request ? [new m[`${op}Request`](request)] : [];
    return (await client[method](...before, ...made, headers, new RuntimeOptions({}))).body;
  };
  return { m, client, call };
};

const refused = async (promise, code, status) => {
  const err = await promise.then(() => null, (e) => e);
  assert.ok(err, `expected ${code}, but the call succeeded`);
  assert.equal(err.code, code);
  if (status) assert.ok(err.message.includes(`${status}`), err.message);
};

const seen = { robot: [], card: [], events: [] };
const stream = new DWClient({ clientId: id, clientSecret: secret });
stream.registerCallbackListener(TOPIC_ROBOT, (frame) => {
  seen.robot.push(JSON.parse(frame.data));
  stream.socketCallBackResponse(frame.headers.messageId, "SUCCESS");
});
stream.registerCallbackListener(TOPIC_CARD, (frame) => {
  seen.card.push(JSON.parse(frame.data));
  stream.socketCallBackResponse(frame.headers.messageId, { cardData: { cardParamMap: { body: "taken" } } });
});
stream.registerAllEventListener((frame) => {
  seen.events.push(frame.headers.eventType);
  return { status: "SUCCESS", message: "ok" };
});

let token, group;

await step("the gateway refuses a wrong secret", async () => {
  const wrong = new DWClient({ clientId: id, clientSecret: "wrong" });
  const err = await wrong.getEndpoint().then(() => null, (e) => e);
  assert.equal(err?.response?.status, 401);
  assert.equal(err.response.data.code, "authFailed");
});

await step("the stream connects", async () => {
  await stream.connect();
  assert.equal(stream.connected, true);
});

await step("the old host gives a token", async () => {
  assert.ok(await stream.getAccessToken());
});

await step("a message comes and its ack is recorded", async () => {
  const { msgId } = await control("/_sim/say", { from: "cust001", text: "hello" });
  const [ack] = await until("the ack", async () => {
    const rows = (await control("/_sim/acks")).filter((a) => a.msg_id === msgId);
    return rows.length && rows;
  });
  assert.equal(ack.code, 200);
  assert.equal(ack.data, '{"response":"SUCCESS"}');
  assert.equal(seen.robot[0].text.content, "hello");
  assert.equal(seen.robot[0].msgId, msgId);
  assert.equal(seen.robot[0].senderStaffId, "cust001");
});

await step("the session webhook takes an answer", async () => {
  const r = await axios.post(seen.robot[0].sessionWebhook, { msgtype: "text", text: { content: "hi yourself" } });
  assert.equal(r.data.errcode, 0);
  const rows = await control("/_sim/messages?since=0");
  assert.deepEqual([rows[0].route, rows[0].to, rows[0].text], ["webhook", "cust001", "hi yourself"]);
});

await step("pings are answered", () =>
  until("a pong", async () => (await control("/_sim/state")).stream.pongs > 0));

await step("both token calls give the same token", async () => {
  const auth = module("oauth2_1_0");
  const body = await auth.call("GetAccessToken", { appKey: id, appSecret: secret });
  token = body.accessToken;
  assert.equal(body.expireIn > 7000, true);
  const newer = await auth.call("GetToken", { clientId: id, clientSecret: secret, grantType: "client_credentials" }, "", "dingcorp");
  assert.equal(newer.accessToken, token);
  await refused(auth.call("GetAccessToken", { appKey: id, appSecret: "wrong" }), "invalidClientIdOrSecret", 400);
});

const robot = module("robot_1_0"), im = module("im_1_0"), card = module("card_1_0"), service = module("service_group_1_0");
const text = { robotCode: id, msgKey: "sampleText", msgParam: '{"content":"ping"}' };

await step("one-to-one sends", async () => {
  const body = await robot.call("BatchSendOTO", { ...text, userIds: ["cust001", "nobody"] }, token);
  assert.deepEqual(body.invalidStaffIdList, ["nobody"]);
  const status = await robot.call("BatchOTOQuery", { robotCode: id, processQueryKey: body.processQueryKey }, token);
  assert.equal(status.messageReadInfoList[0].readStatus, "UNREAD");
  const back = await robot.call("BatchRecallOTO", { robotCode: id, processQueryKeys: [body.processQueryKey] }, token);
  assert.deepEqual(back.successResult, [body.processQueryKey]);
});

await step("a scene group is made once for one uuid", async () => {
  const ask = { groupName: "C1", groupOwnerId: "staff001", templateId: "tpl", userIdList: ["cust001"], uuid: "C1" };
  group = (await im.call("CreateSceneGroupConversation", ask, token)).openConversationId;
  assert.equal((await im.call("CreateSceneGroupConversation", ask, token)).openConversationId, group);
  const info = await im.call("GetSceneGroupInfo", { openConversationId: group }, token);
  assert.equal(info.title, "C1");
  assert.ok(info.groupUrl);
});

await step("group sends, read states and recalls", async () => {
  const { processQueryKey: key } = await robot.call("OrgGroupSend", { ...text, openConversationId: group }, token);
  await control("/_sim/read", { user_id: "cust001", chat: `group:${group}` });
  const q = await robot.call("OrgGroupQuery", { robotCode: id, openConversationId: group, processQueryKey: key, maxResults: 10 }, token);
  assert.deepEqual(q.readUserIds, ["cust001"]);
  const back = await robot.call("OrgGroupRecall", { robotCode: id, openConversationId: group, processQueryKeys: [key] }, token);
  assert.deepEqual(back.successResult, [key]);
});

await step("the bot finds its groups and itself in them", async () => {
  const list = await robot.call("QueryBotInstanceInGroupInfo", { robotCode: id, pageNumber: 1, pageSize: 10 }, token);
  assert.deepEqual(list.openConversationIds, [group]);
  const bots = await robot.call("GetBotListInGroup", { openConversationId: group }, token);
  assert.equal(bots.chatbotInstanceVOList[0].robotCode, id);
  assert.ok((await im.call("AddRobotToConversation", { openConversationId: group, robotCode: id }, token)).chatBotUserId);
});

await step("DINGs", async () => {
  const { openDingId } = await robot.call("RobotSendDing", { robotCode: id, remindType: 1, receiverUserIdList: ["staff001"], content: "now" }, token);
  const q = await robot.call("QueryRobotDingReadStatus", { robotCode: id, openDingId }, token);
  assert.equal(q.result.robotDingReadInfoList[0].readStatus, "UNREAD");
  assert.equal((await robot.call("RobotRecallDing", { robotCode: id, openDingId }, token)).openDingId, openDingId);
  await control("/_sim/faults", { ding_refuse: [3] });
  await refused(robot.call("RobotSendDing", { robotCode: id, remindType: 3, receiverUserIdList: ["staff001"], content: "x" }, token), "ding.serverquota.insufficient", 400);
});

await step("cards: made, changed, typed and pressed", async () => {
  const made = await card.call("CreateAndDeliver", {
    cardTemplateId: "tpl.schema", outTrackId: "card1", callbackType: "STREAM", cardData: { cardParamMap: { title: "T", body: "new" } },
    openSpaceId: `dtv1.card//IM_GROUP.${group}`, imGroupOpenSpaceModel: { supportForward: true }, imGroupOpenDeliverModel: { robotCode: id },
  }, token);
  assert.equal(made.result.deliverResults[0].success, true);
  assert.equal((await card.call("UpdateCard", { outTrackId: "card1", cardData: { cardParamMap: { body: "changed" } }, cardUpdateOptions: { updateCardDataByKey: true } }, token)).success, true);
  assert.equal((await card.call("StreamingUpdate", { outTrackId: "card1", guid: "g1", key: "body", content: "typed", isFull: true, isFinalize: true }, token)).success, true);
  await control("/_sim/click", { out_track_id: "card1", user_id: "staff001", action_ids: ["take"] });
  await until("the press to change the card", async () => (await control("/_sim/messages")).at(-1).text === "taken");
  assert.equal(seen.card[0].outTrackId, "card1");
  await refused(card.call("UpdateCard", { outTrackId: "no", cardData: { cardParamMap: { a: "b" } } }, token), "param.cardNotExist", 400);
});

await step("files are downloaded by their code", async () => {
  await control("/_sim/say", { from: "cust001", msgtype: "file", content: { fileName: "log.zip" } });
  const m = await until("the file", () => seen.robot.find((r) => r.msgtype === "file"));
  const { downloadUrl } = await robot.call("RobotMessageFileDownload", { robotCode: id, downloadCode: m.content.downloadCode }, token);
  assert.equal((await fetch(downloadUrl)).status, 200);
});

await step("service groups", async () => {
  const made = await service.call("CreateGroup", { openTeamId: "t", openGroupSetId: "s", groupName: "g", ownerStaffId: "staff001" }, token);
  const sent = await service.call("SendServiceGroupMessage", { targetOpenConversationId: made.openConversationId, title: "t", content: "c", messageType: "MARKDOWN" }, token);
  assert.ok(sent.openMsgTaskId);
});

await step("events are answered", async () => {
  await control("/_sim/groups/disband", { open_conversation_id: group });
  await until("chat_disband", () => seen.events.includes("chat_disband"));
  await refused(robot.call("OrgGroupSend", { ...text, openConversationId: group }, token), "group.disbanded", 400);
});

await step("refusals carry the vendor's code", async () => {
  await refused(robot.call("BatchSendOTO", { ...text, userIds: ["cust001"] }, "wrong"), "InvalidAuthentication", 400);
  await refused(robot.call("BatchSendOTO", { ...text, robotCode: "x", userIds: ["cust001"] }, token), "invalidParameter.robotCode.notExsit", 400);
  await refused(robot.call("BatchSendOTO", text, token), "MissinguserIds", 400);
  await control("/_sim/faults", { qps: 1 });
  const all = await Promise.allSettled([1, 2, 3].map(() => robot.call("BatchSendOTO", { ...text, userIds: ["cust001"] }, token)));
  await refused(Promise.reject(all.find((r) => r.reason)?.reason), "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 403);
  await control("/_sim/faults", { qps: 0, quota_left: 1 });
  await robot.call("GetBotListInGroup", { openConversationId: group }, token);
  await refused(robot.call("GetBotListInGroup", { openConversationId: group }, token), "Forbidden.AccessDenied.ApiCountLimitForOrg", 403);
  await control("/_sim/faults", { quota_left: 0 });
});

await step("every push was answered with 200", async () => {
  const { stream: counts } = await control("/_sim/state");
  assert.equal(counts.refused + counts.unacked + counts.lost + counts.garbage, 0, JSON.stringify(counts));
});

stream.disconnect();
console.log("done");
process.exit(0);
