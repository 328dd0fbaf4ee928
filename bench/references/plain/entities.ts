import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
} from 'typeorm';

@Entity()
@Index(['chat_id', 'owner_id'], { unique: true })
export class Participant {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  chat_id: string;

  @Index()
  @Column('uuid')
  owner_id: string;
}

@Entity()
@Index(['chat_id', 'tm_create'])
export class Message {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  customer_id: string;

  @Column('uuid')
  chat_id: string;

  @Column('uuid')
  owner_id: string;

  @Column('text')
  text: string;

  @Column('text', { nullable: true })
  client_message_id: string | null;

  @OneToMany('Reaction', 'message')
  reactions: Reaction[];

  @CreateDateColumn()
  tm_create: Date;
}

@Entity()
export class Reaction {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Index()
  @ManyToOne('Message', 'reactions')
  message: Message;

  @Column('uuid')
  owner_id: string;

  @Column('text')
  emoji: string;

  @CreateDateColumn()
  tm_create: Date;
}
