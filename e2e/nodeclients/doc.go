// Package nodeclients tests the simulator with DingTalk's official Node
// clients. What they cannot work with, DingTalk does not send: this is the
// check that the simulator speaks the vendor's language and not only ours.
package nodeclients
